package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "accounts", description = "Administer accounts; the administrator's key is used.")
final class AccountsCommand implements Callable<Integer> {
    private static final String PATH = "/v1/accounts";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    AccountsCommand(Session session) {
        this.session = session;
    }

    /** What a job does when its reader goes away. */
    enum OnDisconnect {
        finish,
        cancel
    }

    @Command(name = "list", description = "List the accounts that have a record; the others have the defaults.")
    int list(@Option(names = "--json", description = "Print the server's JSON.") boolean json) {
        try (var client = session.adminClient()) {
            var body = client.get(PATH).body();
            session.console()
                    .out()
                    .print(
                            json
                                    ? body + "\n"
                                    : JsonTable.of(
                                            body.path("data"),
                                            "id",
                                            "display_name",
                                            "suspended",
                                            "on_disconnect",
                                            "max_outstanding",
                                            "updated_at"));
        }
        return ExitCode.FINE;
    }

    @Command(name = "set", description = "Write an account's record; what is not named gets its default.")
    int set(
            @Parameters(paramLabel = "ACCOUNT", description = "Account.") String account,
            @Option(names = "--name", paramLabel = "TEXT", description = "Display name.") @Nullable String name,
            @Option(names = "--suspended", description = "Refuse its calls.") boolean suspended,
            @Option(names = "--on-disconnect", description = "When a reader goes away: ${COMPLETION-CANDIDATES}.")
                    @Nullable
                    OnDisconnect onDisconnect,
            @Option(names = "--max-outstanding", paramLabel = "N", description = "Jobs dispatched at once per lane.")
                    @Nullable
                    Integer maxOutstanding,
            @Option(names = "--label", paramLabel = "NAME=VALUE", description = "A label; repeatable.") @Nullable
                    Map<String, String> labels) {
        var body = JSON.createObjectNode().put("suspended", suspended);
        if (name != null) {
            body.put("display_name", name);
        }
        if (onDisconnect != null) {
            body.put("on_disconnect", onDisconnect.name());
        }
        if (maxOutstanding != null) {
            body.put("max_outstanding", maxOutstanding);
        }
        if (labels != null) {
            labels.forEach(body.putObject("labels")::put);
        }
        try (var client = session.adminClient()) {
            session.console()
                    .out()
                    .println(client.send("PUT", PATH + "/" + UrlPart.encode(account), body, Map.of())
                            .body());
        }
        return ExitCode.FINE;
    }

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "Name what to do: list or set.");
    }
}
