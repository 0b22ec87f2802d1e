package dev.millrace.egress.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.access.ApiKey;
import dev.millrace.access.Secret;
import dev.millrace.avro.ApiKeyRecord;
import dev.millrace.egress.access.ApiKeyAuthentication.Result;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiKeyAuthenticationTest {
    private static final Secret PEPPER = new Secret("pepper");
    private static final long NOW_MILLIS = 1_000_000;

    private final Map<String, ApiKeyRecord> table = new ConcurrentHashMap<>();
    private final ApiKey key = ApiKey.create();
    private final ApiKeyAuthentication authentication = new ApiKeyAuthentication(
            id -> Optional.ofNullable(table.get(id)), PEPPER, () -> Instant.ofEpochMilli(NOW_MILLIS));

    private ApiKeyRecord.Builder record() {
        return ApiKeyRecord.newBuilder()
                .setKeyId(key.keyId())
                .setAccount("acme")
                .setHmac(ByteBuffer.wrap(key.hmac(PEPPER)))
                .setScopes(List.of("inference", "jobs:read", "of-a-later-version"))
                .setCreatedAtMillis(1);
    }

    private void store(ApiKeyRecord.Builder record) {
        table.put(key.keyId(), record.build());
    }

    @Test
    void knowsTheOwnerOfAKeyInEitherHeader() {
        // Given
        store(record());
        var text = key.text().reveal();
        for (var result : List.of(
                authentication.authenticate("Bearer " + text, null),
                authentication.authenticate("bearer " + text, "garbage"),
                authentication.authenticate(null, text))) {
            // Then
            assertThat(result).isInstanceOfSatisfying(Result.Known.class, known -> {
                assertThat(known.principal().account().value()).isEqualTo("acme");
                assertThat(known.principal().keyId()).isEqualTo(key.keyId());
                assertThat(known.principal().scopes()).containsExactlyInAnyOrder(Scope.INFERENCE, Scope.JOBS_READ);
            });
        }
    }

    @Test
    void refusesAKeyWithTheRightIdAndAnotherSecret() {
        // Given
        store(record());
        var forged = ApiKey.create();
        table.put(forged.keyId(), record().setKeyId(forged.keyId()).build());
        // Then
        assertThat(authentication.authenticate("Bearer " + forged.text().reveal(), null))
                .isEqualTo(new Result.Unknown("the API key is not valid"));
    }

    @Test
    void refusesAKeyFromTheMomentItIsRevoked() {
        // Given
        store(record());
        assertThat(bearer()).isInstanceOf(Result.Known.class);
        // When
        store(record().setRevoked(true));
        // Then
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void refusesAKeyThatIsGone() {
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void refusesAKeyFromTheMomentItExpires() {
        // Given
        store(record().setExpiresAtMillis(NOW_MILLIS + 1));
        assertThat(bearer()).isInstanceOf(Result.Known.class);
        // When
        store(record().setExpiresAtMillis(NOW_MILLIS));
        // Then
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void refusesARecordWithAnotherPepperOrNoHash() {
        store(record().setHmac(ByteBuffer.wrap(key.hmac(new Secret("other")))));
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
        store(record().setHmac(ByteBuffer.allocate(0)));
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
        store(record().setHmac(ByteBuffer.allocate(32)));
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void refusesARecordWhoseAccountIsNone() {
        store(record().setAccount("Not An Account"));
        assertThat(bearer()).isInstanceOf(Result.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "Bearer",
                "Bearer ",
                "Bearer  ",
                "Basic dXNlcjpwYXNz",
                "Bearer mrk_",
                "Bearer mrk_0123456789abcdef_00_00000000",
                "mrk_0123456789abcdef",
                "Bearer \u0000\u0001\uffff",
                "Bearer ' OR 1=1 --",
                "Bearer null"
            })
    void refusesGarbage(String header) {
        store(record());
        assertThat(authentication.authenticate(header, null)).isInstanceOf(Result.Unknown.class);
        assertThat(authentication.authenticate(null, header)).isInstanceOf(Result.Unknown.class);
    }

    @Test
    void refusesAnEndlessHeader() {
        assertThat(authentication.authenticate("Bearer " + "mrk_".repeat(100_000), null))
                .isInstanceOf(Result.Unknown.class);
    }

    private Result bearer() {
        return authentication.authenticate("Bearer " + key.text().reveal(), null);
    }
}
