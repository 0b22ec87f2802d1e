package dev.millrace.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SecretTest {
    private static final String CANARY = "canary-4f1d";
    private final Secret secret = new Secret(CANARY);

    private record Holder(Secret secret) {}

    @Test
    void neverPrintsItsValue() {
        assertThat(List.of(
                        secret.toString(),
                        String.valueOf(secret),
                        "%s".formatted(secret),
                        new Holder(secret).toString(),
                        List.of(secret).toString(),
                        Map.of("key", secret).toString(),
                        Optional.of(secret).toString()))
                .allSatisfy(text -> assertThat(text).contains("***").doesNotContain(CANARY));
    }

    @Test
    void isNotSerializedByJackson() throws JsonProcessingException {
        var mapper = new ObjectMapper().disable(SerializationFeature.FAIL_ON_EMPTY_BEANS);
        assertThat(mapper.writeValueAsString(new Holder(secret))).doesNotContain(CANARY);
    }

    @Test
    void doesNotLeakThroughItsHashCode() {
        assertThat(secret.hashCode()).isEqualTo(new Secret("another").hashCode());
    }

    @Test
    void equalsByValue() {
        assertThat(secret).isEqualTo(new Secret(CANARY)).isNotEqualTo(new Secret("canary-4f1e"));
        assertThat(secret).isNotEqualTo(null);
        assertThat((Object) secret).isNotEqualTo(CANARY);
    }

    @Test
    void revealsItsValueOnRequest() {
        assertThat(secret.reveal()).isEqualTo(CANARY);
    }
}
