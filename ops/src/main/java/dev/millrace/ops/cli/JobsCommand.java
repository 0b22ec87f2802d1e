package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "jobs", description = "List the latest jobs, newest first.")
final class JobsCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "20", description = "How many, 1-100; default 20.")
    private int limit;

    @Option(names = "--json", description = "Print the server's JSON.")
    private boolean json;

    JobsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        try (var client = session.client()) {
            var body = client.get("/v1/jobs?limit=" + limit).body();
            session.console()
                    .out()
                    .print(json ? body + "\n" : table(body.path("data")).toString());
        }
        return ExitCode.FINE;
    }

    private static TextTable table(JsonNode jobs) {
        var table = new TextTable("ID", "STATUS", "MODEL", "LANE", "CREATED", "COST");
        for (var job : jobs) {
            table.row(
                    job.path("id").asText(),
                    job.path("status").asText(),
                    job.path("requested_model").asText(),
                    job.path("lane").asText(),
                    Instant.ofEpochSecond(job.path("created_at").asLong()).toString(),
                    job.path("cost").asText("-"));
        }
        return table;
    }
}
