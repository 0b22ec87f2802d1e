package dev.millrace.ingress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.ingress.http.HttpLimits;
import dev.millrace.ingress.json.BodyLimits;
import dev.millrace.ingress.publish.PublishConfig;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngressConfigTest {
    @Test
    void hasTheDocumentedDefaults() {
        assertThat(IngressConfig.DEFAULTS)
                .isEqualTo(new IngressConfig(
                        "127.0.0.1",
                        8080,
                        2,
                        10_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(2),
                        List.of(),
                        new HttpLimits(
                                8_388_608,
                                67_108_864,
                                536_870_912L,
                                4096,
                                16_384,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(75),
                                Duration.ofMinutes(15)),
                        new BodyLimits(64, 64, 512, 4096),
                        new PublishConfig(2048, 67_108_864, 2_080_768, Duration.ofSeconds(10))));
    }

    @Test
    void namesTheKeyOfAValueOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IngressConfig.DEFAULTS.listeningOn("127.0.0.1", 65_536))
                .withMessage("ingress.port: must be 0..65535, got 65536");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> IngressConfig.DEFAULTS.listeningOn(" ", 1))
                .withMessageStartingWith("ingress.host:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PublishConfig(1, 1 << 20, 1 << 20, Duration.ofMillis(1)))
                .withMessageStartingWith("ingress.publish.delivery-timeout:");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BodyLimits(1, 64, 512, 4096))
                .withMessageStartingWith("ingress.body.max-depth:");
    }
}
