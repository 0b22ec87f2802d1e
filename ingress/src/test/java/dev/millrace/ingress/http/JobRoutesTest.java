package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.BODY;
import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobStatus;
import dev.millrace.avro.VerdictKind;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class JobRoutesTest {
    private static final String JOBS = "/v1/jobs";

    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private HttpResponse<String> delete(String job) {
        return door.send(door.request(JOBS + "/" + job).DELETE());
    }

    @Test
    void acceptsAJobOnceItIsOnTheLog() {
        var response = door.send(door.post(JOBS, BODY));

        var job = door.log.onlyRequest().getJobId();
        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(response.headers().firstValue("location")).contains("/v1/jobs/" + job);
        assertThat(json(response).path("id").asText()).isEqualTo(job);
        assertThat(json(response).path("status").asText()).isEqualTo("queued");
        assertThat(json(response).at("/links/events").asText()).isEqualTo("/v1/jobs/" + job + "/events");
    }

    @Test
    void takesAnOperationBesideTheBodyOfAChat() {
        assertThat(door.send(door.post(JOBS, BODY.replace("}]}", "}],\"operation\":\"chat\"}")))
                        .statusCode())
                .isEqualTo(202);
        assertThat(door.log.onlyRequest().getInput().toString()).doesNotContain("operation");

        var response = door.send(door.post(JOBS, BODY.replace("}]}", "}],\"operation\":\"juggle\"}")));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("param").asText()).isEqualTo("operation");
    }

    @Test
    void tellsMistakesAsProblemDetails() {
        var response = door.send(door.post(JOBS, "{\"model\":\"local/echo\"}"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(json(response).path("param").asText()).isEqualTo("messages");
    }

    @Test
    void tellsTheFirstJobWhenAKeyIsRepeated() {
        door.log.then = request -> door.jobs.verdict(request.getJobId(), VerdictKind.DUPLICATE, "job-1");

        var response = door.send(door.post(JOBS, BODY).header("idempotency-key", "once"));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(json(response).path("id").asText()).isEqualTo("job-1");
        assertThat(json(response).path("replayed").asBoolean()).isTrue();
        assertThat(door.jobs.cancelled).hasValue(1);
    }

    @Test
    void acceptsAKeyThatIsNew() {
        door.log.then = request -> door.jobs.verdict(request.getJobId(), VerdictKind.ADMITTED, null);

        var response = door.send(door.post(JOBS, BODY).header("idempotency-key", "once"));

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(json(response).path("replayed").asBoolean()).isFalse();
    }

    @Test
    void refusesAKeyThatWasUsedWithAnotherBody() {
        door.log.then = request -> door.jobs.verdict(request.getJobId(), VerdictKind.CONFLICT, null);

        assertThat(door.send(door.post(JOBS, BODY).header("idempotency-key", "once"))
                        .statusCode())
                .isEqualTo(422);
    }

    @Test
    void tellsToRepeatWhenNoVerdictComes() {
        try (var hasty = new TestDoor(Configs.withVerdictTimeout(Duration.ofMillis(50)))) {
            var response = hasty.send(hasty.post(JOBS, BODY).header("idempotency-key", "once"));

            assertThat(response.statusCode()).isEqualTo(503);
            assertThat(response.headers().firstValue("retry-after")).isPresent();
        }
    }

    @Test
    void refusesWhenTheLogIsNotReachable() {
        door.log.outcome = Future.succeededFuture(new Published.Unavailable(false, 4));

        var response = door.send(door.post(JOBS, BODY).header("idempotency-key", "once"));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).contains("4");
        assertThat(door.jobs.cancelled).hasValue(1);
    }

    @Test
    void ordersARunningJobToStop() {
        door.jobs.know("acme", "job-1", null);

        var response = delete("job-1");

        assertThat(response.statusCode()).isEqualTo(202);
        assertThat(json(response).path("status").asText()).isEqualTo("cancelling");
        assertThat(door.log.cancels).containsExactly("acme job-1 requested");
    }

    @Test
    void tellsTheEndOfAJobThatHasEndedAlready() {
        door.jobs.know("acme", "job-1", JobStatus.CANCELLED);

        var response = delete("job-1");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(json(response).path("status").asText()).isEqualTo("cancelled");
        assertThat(door.log.cancels).isEmpty();
    }

    @Test
    void knowsNoJobOfAnotherAccount() {
        door.jobs.know("other", "job-1", null);

        assertThat(delete("job-1").statusCode()).isEqualTo(404);
        assertThat(delete("job-2").statusCode()).isEqualTo(404);
        assertThat(delete("no%20id").statusCode()).isEqualTo(404);
        assertThat(door.log.cancels).isEmpty();
    }
}
