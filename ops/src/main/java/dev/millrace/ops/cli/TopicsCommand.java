package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.ops.stack.Topics;
import dev.millrace.topic.TopicDeclarer;
import dev.millrace.topic.TopicDeclarer.Mismatch;
import dev.millrace.topic.TopicsUnavailableException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "topics",
        description = "Compare the cluster's topics with the catalogue; exit code 1 when they differ.")
final class TopicsCommand implements Callable<Integer> {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Session session;

    @Option(names = "--declare", description = "Create what is missing first.")
    private boolean declare;

    @Option(names = "--json", description = "Print a JSON array.")
    private boolean json;

    TopicsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Logging.forClient(session.debug());
        var cluster = Cluster.of(session);
        List<Mismatch> mismatches;
        try (var admin = Admin.create(cluster.impatientProperties())) {
            var declarer = new TopicDeclarer(admin, cluster.topics());
            var created = declare ? declarer.declare() : List.<String>of();
            created.forEach(name -> session.console().err().println("Created " + name + "."));
            mismatches = Topics.verify(declarer, created.isEmpty());
        } catch (TopicsUnavailableException e) {
            throw Topics.unavailable(cluster.kafka(), e);
        }
        print(cluster, mismatches.stream().collect(Collectors.groupingBy(Mismatch::topic)));
        return mismatches.isEmpty() ? ExitCode.FINE : ExitCode.NO;
    }

    private void print(Cluster cluster, Map<String, List<Mismatch>> mismatchesByTopic) {
        var array = JSON.createArrayNode();
        var table = new TextTable("TOPIC", "KEY", "VALUE", "PARTITIONS", "CLEANUP", "STATE");
        for (var topic : cluster.topics().all()) {
            var state = mismatchesByTopic.getOrDefault(topic.name(), List.of()).stream()
                    .map(m -> m.actual().equals("missing")
                            ? "missing"
                            : m.property() + " is " + m.actual() + ", expected " + m.expected())
                    .collect(Collectors.joining("; "));
            var value = topic.valueType().getSimpleName();
            var partitions = Integer.toString(topic.partitions());
            var cleanup = topic.config().getOrDefault("cleanup.policy", "-");
            table.row(topic.name(), topic.key(), value, partitions, cleanup, state.isEmpty() ? "as declared" : state);
            array.addObject()
                    .put("topic", topic.name())
                    .put("key", topic.key())
                    .put("value", value)
                    .put("partitions", topic.partitions())
                    .put("asDeclared", state.isEmpty())
                    .put("difference", state);
        }
        session.console().out().print(json ? array + "\n" : table.toString());
    }
}
