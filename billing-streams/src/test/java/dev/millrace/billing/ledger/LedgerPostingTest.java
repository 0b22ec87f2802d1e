package dev.millrace.billing.ledger;

import static dev.millrace.billing.ledger.Settlements.loss;
import static dev.millrace.billing.ledger.Settlements.settlement;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.millrace.avro.JobSettlement;
import dev.millrace.avro.JobStatus;
import dev.millrace.avro.LedgerLine;
import dev.millrace.avro.LedgerTransfer;
import dev.millrace.avro.TransferCode;
import dev.millrace.billing.ledger.LedgerPosting.AlreadyPosted;
import dev.millrace.billing.ledger.LedgerPosting.Post;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LedgerPostingTest {
    @Test
    void debitsTheTenantAndCreditsRevenue() {
        // When
        var transfer = onlyTransfer(null, settlement("job-1", 0, 50).build());
        // Then
        assertThat(transfer.getCode()).isEqualTo(TransferCode.USAGE);
        assertThat(transfer.getLines())
                .extracting(LedgerLine::getLedgerAccount, LedgerLine::getAmountNanos)
                .containsExactly(tuple("account:acme", 50L), tuple("operator:revenue", -50L));
        assertThat(transfer.getInputTokens()).isEqualTo(50);
        assertThat(transfer.getOutputTokens()).isEqualTo(100);
        assertThat(transfer.getPostedAtMillis()).isEqualTo(9);
    }

    @Test
    void postsARevisionOnlyOnce() {
        var posted = settlement("job-1", 1, 50).build();

        assertThat(LedgerPosting.decide(posted, posted, 9)).isEqualTo(new AlreadyPosted());
        assertThat(LedgerPosting.decide(posted, settlement("job-1", 0, 10).build(), 9))
                .isEqualTo(new AlreadyPosted());
    }

    @Test
    void correctsByTheDifferenceOfAHigherRevision() {
        // Given
        var posted = settlement("job-1", 0, 50).build();
        // When
        var transfer = onlyTransfer(posted, settlement("job-1", 1, 20).build());
        // Then
        assertThat(transfer.getCode()).isEqualTo(TransferCode.CORRECTION);
        assertThat(transfer.getLines()).extracting(LedgerLine::getAmountNanos).containsExactly(-30L, 30L);
        assertThat(transfer.getInputTokens()).isEqualTo(-30);
        assertThat(transfer.getOutputTokens()).isEqualTo(-60);
    }

    @Test
    void booksLossesOfTheOperatorApartFromTheTenant() {
        // Given
        var settlement = settlement("job-1", 0, 50)
                .setLosses(List.of(loss(1, 3, 7), loss(2, 3, 11)))
                .build();
        // When
        var transfers = transfers(null, settlement);
        // Then
        assertThat(transfers)
                .extracting(LedgerTransfer::getCode)
                .containsExactly(TransferCode.USAGE, TransferCode.OPERATOR_LOSS, TransferCode.OPERATOR_LOSS);
        assertThat(transfers.get(1).getLines())
                .extracting(LedgerLine::getLedgerAccount, LedgerLine::getAmountNanos)
                .containsExactly(tuple("operator:loss", 7L), tuple("operator:vendors", -7L));
        assertThat(transfers).extracting(LedgerTransfer::getTransferId).doesNotHaveDuplicates();
    }

    @Test
    void takesBackALossThatTurnsOutToBeTheTenants() {
        // Given
        var posted = settlement("job-1", 0, 0)
                .setUsage(null)
                .setLosses(List.of(loss(1, 3, 7)))
                .build();
        // When
        var transfers = transfers(posted, settlement("job-1", 1, 7).build());
        // Then
        assertThat(transfers)
                .extracting(LedgerTransfer::getCode, LedgerPostingTest::debit)
                .containsExactly(tuple(TransferCode.CORRECTION, 7L), tuple(TransferCode.OPERATOR_LOSS, -7L));
    }

    @Test
    void postsNothingForAJobThatCostsNothing() {
        var free = settlement("job-1", 0, 0)
                .setStatus(JobStatus.ABORTED)
                .setUsage(null)
                .build();

        assertThat(transfers(null, free)).isEmpty();
    }

    @Test
    void writesDownTheTokensOfAFreeModel() {
        // Given
        var free = settlement("job-1", 0, 0).setUsage(Settlements.usage(5, 6)).build();
        // When
        var transfer = onlyTransfer(null, free);
        // Then
        assertThat(transfer.getInputTokens()).isEqualTo(5);
        assertThat(debit(transfer)).isZero();
    }

    @Test
    void countsUnknownTokensAsNone() {
        var unknown =
                settlement("job-1", 0, 5).setUsage(Settlements.usage(-1, -1)).build();

        assertThat(onlyTransfer(null, unknown).getInputTokens()).isZero();
    }

    private static List<LedgerTransfer> transfers(@Nullable JobSettlement last, JobSettlement next) {
        return ((Post) LedgerPosting.decide(last, next, 9)).transfers();
    }

    private static LedgerTransfer onlyTransfer(@Nullable JobSettlement last, JobSettlement next) {
        var transfers = transfers(last, next);
        assertThat(transfers).hasSize(1);
        return transfers.getFirst();
    }

    private static long debit(LedgerTransfer transfer) {
        return transfer.getLines().getFirst().getAmountNanos();
    }
}
