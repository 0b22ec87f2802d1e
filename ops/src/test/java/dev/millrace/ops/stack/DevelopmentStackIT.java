package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.ops.client.EndpointsFile;
import dev.millrace.ops.client.MillraceClient;
import dev.millrace.ops.client.ServerSentEvent;
import dev.millrace.ops.client.UnreachableException;
import dev.millrace.ops.config.Configuration;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevelopmentStackIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    @Test
    void keepsKeysJobsAndEventsOverARestartAndLeavesInTime() throws Exception {
        var data = directory.resolve("data");
        String jobId;
        List<ServerSentEvent> events;
        String key;
        try (var stack = SharedStack.start(data);
                var client = client(stack)) {
            key = stack.endpoints().apiKey().reveal();
            jobId = chat(client, "Kept over a restart.").jobId().orElseThrow();
            events = events(client, jobId);
            assertThat(EndpointsFile.read(data.resolve(EndpointsFile.NAME))).isEqualTo(stack.endpoints());
            assertThat(get(stack, "/readyz"))
                    .contains("\"ready\":true")
                    .contains("router")
                    .contains("worker")
                    .contains("billing")
                    .contains("ingress")
                    .contains("egress");
            assertThat(get(stack, "/metrics")).contains("kafka_stream_").contains("jvm_memory_used_bytes");
            assertThatThrownBy(() -> SharedStack.start(data)).hasMessageContaining("in use by another");
            leavesInTimeWithAStreamOpen(stack, client);
        }
        assertThat(data.resolve(EndpointsFile.NAME)).doesNotExist();

        try (var stack = SharedStack.start(data);
                var client = client(stack)) {
            assertThat(stack.endpoints().apiKey().reveal()).isEqualTo(key);
            assertThat(client.get("/v1/jobs/" + jobId).body().path("status").asText())
                    .isEqualTo("completed");
            assertThat(events(client, jobId)).isEqualTo(events);
            assertThat(chat(client, "And it goes on.")
                            .body()
                            .at("/choices/0/message/content")
                            .asText())
                    .isEqualTo("And it goes on.");
        }
    }

    /** Slow on purpose: the model needs far longer than leaving may take. */
    private static void leavesInTimeWithAStreamOpen(DevelopmentStack stack, MillraceClient client) {
        var begun = new CountDownLatch(1);
        Thread.ofVirtual().start(() -> {
            try {
                client.stream(
                        "POST",
                        "/v1/chat/completions",
                        body("slow", "one two three four five six seven eight ".repeat(20))
                                .put("stream", true),
                        Map.of(),
                        new Collector(begun));
            } catch (UnreachableException cut) {
                // as it must be
            }
        });
        try {
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }

        long beganNanos = System.nanoTime();
        stack.leave();

        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void namesTheFlagOfATakenPort() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var configuration =
                    configuration(Map.of("MILLRACE_STACK_KAFKA_PORT", Integer.toString(taken.getLocalPort())));

            assertThatThrownBy(() -> DevelopmentStack.start(configuration, Map.of(), false))
                    .isInstanceOf(StackException.class)
                    .hasMessageContaining("--kafka-port")
                    .hasMessageContaining(Integer.toString(taken.getLocalPort()));
        }
    }

    private Configuration configuration(Map<String, String> environment) {
        var all = new HashMap<>(environment);
        all.put("MILLRACE_STACK_DATA", directory.resolve("other").toString());
        all.put("MILLRACE_INGRESS_PORT", "0");
        return ConfigurationLoader.load(new ConfigurationSources(Optional.empty(), all, Map.of()));
    }

    private static MillraceClient client(DevelopmentStack stack) {
        return new MillraceClient(stack.endpoints().http(), stack.endpoints().apiKey());
    }

    private static MillraceClient.Answer chat(MillraceClient client, String text) {
        return client.post("/v1/chat/completions", body("echo", text), Map.of());
    }

    private static ObjectNode body(String model, String text) {
        var body = JSON.createObjectNode().put("model", "local/" + model);
        body.putArray("messages").addObject().put("role", "user").put("content", text);
        return body;
    }

    private static List<ServerSentEvent> events(MillraceClient client, String jobId) {
        var collector = new Collector(new CountDownLatch(1));
        client.stream("GET", "/v1/jobs/" + jobId + "/events", null, Map.of(), collector);
        return collector.events;
    }

    private static String get(DevelopmentStack stack, String path) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(stack.endpoints().management().resolve(path))
                    .build();
            return http.send(request, BodyHandlers.ofString()).body();
        }
    }

    /** Keeps all events. */
    private static final class Collector implements MillraceClient.StreamListener {
        private final List<ServerSentEvent> events = new ArrayList<>();
        private final CountDownLatch begun;

        Collector(CountDownLatch begun) {
            this.begun = begun;
        }

        @Override
        public void onOpen(Map<String, String> headers) {
            // nothing to note
        }

        @Override
        public boolean onEvent(ServerSentEvent event) {
            events.add(event);
            begun.countDown();
            return true;
        }
    }
}
