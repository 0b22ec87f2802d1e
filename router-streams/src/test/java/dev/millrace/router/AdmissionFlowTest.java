package dev.millrace.router;

import static dev.millrace.router.Samples.ALPHA;
import static dev.millrace.router.Samples.BETA;
import static dev.millrace.router.Samples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.AccountRecord;
import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.JobPhase;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.Lane;
import dev.millrace.avro.VerdictKind;
import dev.millrace.router.store.Stores;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a request. */
class AdmissionFlowTest {
    private final RouterDriver router = new RouterDriver();

    @AfterEach
    void close() {
        router.close();
    }

    @Test
    void dispatchesAnAdmittedJobToItsPoolAndLane() {
        // When
        router.submit(request("job-1").setCorrelationId("c-1").build());
        router.submit(request("job-2").setLane(Lane.BATCH).build());
        // Then
        assertThat(router.dispatches(Lane.INTERACTIVE)).singleElement().satisfies(dispatch -> {
            assertThat(dispatch.getJobId()).isEqualTo("job-1");
            assertThat(dispatch.getAccount()).isEqualTo(Samples.ACCOUNT);
            assertThat(dispatch.getCorrelationId()).isEqualTo("c-1");
            assertThat(dispatch.getAttempt()).isEqualTo(1);
            assertThat(dispatch.getOrder()).isInstanceOfSatisfying(AttemptOrder.class, order -> {
                assertThat(order.getProvider()).isEqualTo("alpha");
                assertThat(order.getModel()).isEqualTo(ALPHA);
                assertThat(order.getVendorModel()).isEqualTo("large");
                assertThat(order.getRequest().getJobId()).isEqualTo("job-1");
                assertThat(order.getPriceNanosPerMillion()).containsEntry("output", 1_000_000L);
                assertThat(order.getDeadlineAtMillis())
                        .isEqualTo(router.nowMillis() + Duration.ofMinutes(10).toMillis());
            });
        });
        assertThat(router.dispatches(Lane.BATCH))
                .singleElement()
                .satisfies(dispatch -> assertThat(dispatch.getJobId()).isEqualTo("job-2"));
    }

    @Test
    void passesTheTraceAndCloudEventsOnAndNothingElse() {
        // Given
        var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        var headers = new RecordHeaders()
                .add("traceparent", trace.getBytes(StandardCharsets.UTF_8))
                .add("ce_id", new byte[] {1, 2})
                .add("authorization", new byte[] {3});
        // When
        router.submit(Samples.ACCOUNT, request("job-1").build(), headers);
        // Then
        var record = router.dispatchRecords(Lane.INTERACTIVE).getFirst();
        assertThat(record.key()).asString(StandardCharsets.UTF_8).isEqualTo("job-1");
        assertThat(record.headers().lastHeader("traceparent").value())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo(trace);
        assertThat(record.headers().lastHeader("ce_id").value()).containsExactly(1, 2);
        assertThat(record.headers().lastHeader("authorization")).isNull();
        router.submit(Samples.ACCOUNT, request("job-2").build(), headers);
        assertThat(router.onlyDispatch().getTraceparent()).isEqualTo(trace);
    }

    @Test
    void namesAJobThatHasNoName() {
        router.submit(request("").build());

        assertThat(router.onlyDispatch().getJobId()).matches("inference-requests-0-\\d+");
    }

    @Test
    void theSameJobAgainIsTheSameJob() {
        // Given
        router.submit(request("job-1").build());
        router.dispatches();
        // When
        router.submit(request("job-1").build());
        router.submit(request("job-1").setModel(BETA).build());
        // Then
        assertThat(router.dispatches()).isEmpty();
        assertThat(router.job("job-1").getPlan().getFirst().getModel()).isEqualTo(ALPHA);
    }

    @Test
    void theSameJobIdOfAnotherAccountIsAnotherJob() {
        router.submit(request("job-1").build());
        router.submit(request("job-1").setAccount("other").build());

        assertThat(router.dispatches()).hasSize(2);
    }

    @Test
    void tellsWhoUsesAnIdempotencyKeyFirst() {
        router.submit(request("job-1").setIdempotencyKey("key").build());

        var dispatches = router.dispatches();
        assertThat(dispatches).hasSize(2);
        assertThat(dispatches.getFirst().getAttempt()).isZero();
        assertThat(Orders.verdict(dispatches.getFirst()).getKind()).isEqualTo(VerdictKind.ADMITTED);
        assertThat(Orders.isInformational(dispatches.getFirst())).isTrue();
        assertThat(dispatches.getLast().getOrder()).isInstanceOf(AttemptOrder.class);
    }

    @Test
    void aSecondSubmitWithTheSameKeyIsToldTheFirstJob() {
        // Given
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.dispatches();
        // When
        router.submit(request("job-2").setIdempotencyKey("key").build());
        // Then
        var dispatch = router.onlyDispatch();
        assertThat(dispatch.getJobId()).isEqualTo("job-2");
        assertThat(Orders.verdict(dispatch).getKind()).isEqualTo(VerdictKind.DUPLICATE);
        assertThat(Orders.verdict(dispatch).getOriginalJobId()).isEqualTo("job-1");
        assertThat(router.size(Stores.JOBS)).isEqualTo(1);
    }

    @Test
    void anotherRequestUnderTheSameKeyIsAConflict() {
        // Given
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.dispatches();
        // When
        router.submit(request("job-2").setIdempotencyKey("key").setModel(BETA).build());
        // Then
        assertThat(router.onlyVerdict().getKind()).isEqualTo(VerdictKind.CONFLICT);
    }

    @Test
    void theSameJobIdAndKeyAgainIsAdmittedAgainWithoutASecondDispatch() {
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.dispatches();

        router.submit(request("job-1").setIdempotencyKey("key").build());

        assertThat(router.onlyVerdict().getKind()).isEqualTo(VerdictKind.ADMITTED);
    }

    @Test
    void keysOfAccountsAreApart() {
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.dispatches();

        router.submit(request("job-2")
                .setAccount("other")
                .setIdempotencyKey("key")
                .setModel(BETA)
                .build());

        assertThat(Orders.verdict(router.dispatches().getFirst()).getKind()).isEqualTo(VerdictKind.ADMITTED);
    }

    @Test
    void keepsAKeyForADayAfterTheEndOfItsJob() {
        // Given
        router.submit(request("job-1").setIdempotencyKey("key").build());
        router.dispatches();
        router.advance(Duration.ofMinutes(1));
        router.report(Samples.completed("job-1", 1, 7));
        // When
        router.advance(Duration.ofHours(24).minusMillis(1));
        router.submit(request("job-2").setIdempotencyKey("key").build());
        var within = router.onlyVerdict();
        router.advance(Duration.ofMillis(1).plus(RouterConfig.WAKE_EVERY));
        router.submit(request("job-3").setIdempotencyKey("key").build());
        // Then
        assertThat(within.getKind()).isEqualTo(VerdictKind.DUPLICATE);
        assertThat(Orders.verdict(router.dispatches().getFirst()).getKind()).isEqualTo(VerdictKind.ADMITTED);
    }

    @Test
    void answersTheKeyOfARejectedRequestAndDoesNotKeepIt() {
        // When
        router.submit(
                request("job-1").setIdempotencyKey("key").setModel("no/model").build());
        // Then
        var dispatches = router.dispatches();
        assertThat(Orders.verdict(dispatches.getFirst()).getKind()).isEqualTo(VerdictKind.ADMITTED);
        assertThat(Orders.end(dispatches.getLast()).getStatus()).isEqualTo(JobStatus.FAILED);
        assertThat(router.size(Stores.IDEMPOTENCY)).isZero();
    }

    @Test
    void announcesTheEndOfARejectedRequestAndSettlesItForNothing() {
        // Given
        router.submit(request("job-1").setModel("alpha/larg").build());
        var dispatch = router.onlyDispatch();
        // When
        var end = Orders.end(dispatch);
        router.report(Samples.announced(dispatch, end, 3));
        // Then
        assertThat(dispatch.getAttempt()).isEqualTo(100);
        assertThat(end.getError().getCode()).isEqualTo("model_not_found");
        assertThat(end.getError().getMessage()).contains(ALPHA);
        assertThat(router.settlements()).singleElement().satisfies(settlement -> {
            assertThat(settlement.getStatus()).isEqualTo(JobStatus.FAILED);
            assertThat(settlement.getCostNanos()).isZero();
            assertThat(settlement.getAttempts()).isZero();
        });
        assertThat(router.job("job-1").getPhase()).isEqualTo(JobPhase.ENDED);
    }

    @Test
    void announcesTheEndOfABatchJobInTheInteractiveLane() {
        router.submit(
                request("job-1").setLane(Lane.BATCH).setDeadlineAtMillis(1L).build());

        assertThat(router.dispatches(Lane.INTERACTIVE))
                .singleElement()
                .satisfies(
                        dispatch -> assertThat(Orders.end(dispatch).getStatus()).isEqualTo(JobStatus.EXPIRED));
    }

    @Test
    void refusesASuspendedAccountUntilItIsNot() {
        // Given
        router.account(account().setSuspended(true).build());
        router.submit(request("job-1").build());
        var refused = router.onlyEnd();
        // When
        router.account(account().build());
        router.submit(request("job-2").build());
        // Then
        assertThat(refused.getError().getCode()).isEqualTo("permission_denied");
        assertThat(router.onlyOrder().getModel()).isEqualTo(ALPHA);
    }

    @Test
    void anAccountRecordThatCannotBeReadHarmsNobody() {
        router.accountBytes(Samples.ACCOUNT, new byte[] {1, 2, 3});

        router.submit(request("job-1").build());

        assertThat(router.onlyOrder().getModel()).isEqualTo(ALPHA);
    }

    private static AccountRecord.Builder account() {
        return AccountRecord.newBuilder().setAccount(Samples.ACCOUNT);
    }
}
