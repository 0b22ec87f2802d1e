package dev.millrace.ops.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.ingress.IngressConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationLoaderTest {
    @TempDir
    Path directory;

    @Test
    void takesDefaultsWhereNothingIsSaid() {
        var configuration = ConfigurationLoader.load(ConfigurationSources.of(directory, Map.of()));

        assertThat(configuration.get(ManagementSection.PORT)).isEqualTo(9090);
        assertThat(configuration.isDefault(ManagementSection.PORT)).isTrue();
    }

    @Test
    void prefersFlagOverEnvironmentOverFileOverDefault() throws IOException {
        write("""
                management:
                  port: 1
                  host: 127.0.0.2
                topics:
                  results-retention: 2d
                  pools: [default, slow]
                """);
        var sources = sources(Map.of(
                        "MILLRACE_MANAGEMENT_PORT", "2", "MILLRACE_MANAGEMENT_HOST", "127.0.0.3", "PATH", "/bin"))
                .withFlag("management.port", "--management-port", "3");

        var configuration = ConfigurationLoader.load(sources);

        assertThat(configuration.get(ManagementSection.PORT)).isEqualTo(3);
        assertThat(configuration.chosen(ManagementSection.PORT).origin())
                .isEqualTo(new Origin.Flag("--management-port"));
        assertThat(configuration.get(ManagementSection.HOST)).isEqualTo("127.0.0.3");
        assertThat(configuration.get(TopicsSection.RESULTS_RETENTION)).isEqualTo(Duration.ofDays(2));
        assertThat(configuration.get(TopicsSection.POOLS)).containsExactly("default", "slow");
        assertThat(configuration.chosen(TopicsSection.POOLS).origin())
                .isEqualTo(new Origin.FileLine(directory.resolve("millrace.yaml"), 6));
    }

    @Test
    void reportsAllMistakesAtOnceWithTheirPlaces() throws IOException {
        write("""
                management:
                  prot: 9090
                  port: high
                topics:
                  account-partitions: 0
                registry:
                  urls: ftp://somewhere
                """);
        var sources = sources(Map.of("MILLRACE_TOPICS_POOL", "a", "MILLRACE_REGISTRY_REQUEST_TIMEOUT", "soon"));

        assertThatThrownBy(() -> ConfigurationLoader.load(sources))
                .asInstanceOf(type(ConfigurationException.class))
                .extracting(e -> e.mistakes().stream().map(Mistake::toString).toList())
                .satisfies(mistakes -> assertThat(mistakes)
                        .hasSize(6)
                        .anyMatch(line -> line.contains("management.prot: unknown key (did you mean management.port")
                                && line.contains("millrace.yaml:2"))
                        .anyMatch(line -> line.startsWith("management.port: must be an integer 0..65535, got 'high'")
                                && line.contains("millrace.yaml:3"))
                        .anyMatch(line -> line.startsWith("topics.account-partitions: must be an integer 1..1024"))
                        .anyMatch(line -> line.startsWith("registry.urls: must be an address"))
                        .anyMatch(line -> line.startsWith(
                                "MILLRACE_TOPICS_POOL: unknown variable (did you mean MILLRACE_TOPICS_POOLS "))
                        .anyMatch(line -> line.startsWith("registry.request-timeout: must be a duration")
                                && line.endsWith("(env MILLRACE_REGISTRY_REQUEST_TIMEOUT)")));
    }

    @Test
    void reportsWhatOnlyTheModulesRecordsRefuse() throws IOException {
        write("topics:\n  pools: [Default]\n");

        assertThatThrownBy(() -> ConfigurationLoader.load(sources(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("topics.pools: must be kebab-case")
                .hasMessageContaining("millrace.yaml:2");
    }

    @Test
    void reportsEveryComponentThatARecordRefusesBesideOtherMistakes() throws IOException {
        write("""
                ingress:
                  port: 70000
                  event-loops: 0
                  http:
                    max-body-bytes: 1
                  close-timeout: never
                """);

        assertThatThrownBy(() -> ConfigurationLoader.load(sources(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("ingress.port: must be 0..65535, got 70000")
                .hasMessageContaining("ingress.event-loops: must be 1..64, got 0")
                .hasMessageContaining("ingress.http.max-body-bytes: must be 1024..67108864, got 1")
                .hasMessageContaining("ingress.close-timeout: must be a duration")
                .hasMessageContaining("millrace.yaml:2")
                .hasMessageContaining("millrace.yaml:5");
    }

    @Test
    void bindsARecordOfAModule() throws IOException {
        write("ingress:\n  cors-origins: [http://localhost:3000]\n  http:\n    idle-timeout: 5m\n");

        var ingress = IngressSection.ingress(ConfigurationLoader.load(sources(Map.of("MILLRACE_INGRESS_PORT", "0"))));

        assertThat(ingress.port()).isZero();
        assertThat(ingress.corsOrigins()).containsExactly("http://localhost:3000");
        assertThat(ingress.http().idleTimeout()).isEqualTo(Duration.ofMinutes(5));
        assertThat(ingress.publish()).isEqualTo(IngressConfig.DEFAULTS.publish());
    }

    @Test
    void reportsYamlThatDoesNotParseWithItsLine() throws IOException {
        write("management:\n  port: [1\n");

        assertThatThrownBy(() -> ConfigurationLoader.load(sources(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("not valid YAML");
    }

    @Test
    void reportsKeyThatIsThereTwice() throws IOException {
        write("management:\n  port: 1\n  port: 2\n");

        assertThatThrownBy(() -> ConfigurationLoader.load(sources(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("Duplicate field 'port'");
    }

    @Test
    void reportsNamedFileThatIsMissing() {
        var sources = new ConfigurationSources(Optional.of(directory.resolve("absent.yaml")), Map.of(), Map.of());

        assertThatThrownBy(() -> ConfigurationLoader.load(sources))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("absent.yaml");
    }

    @Test
    void laysProvidersOfTheFileOverTheCatalogue() throws IOException {
        write("""
                providers:
                  lmstudio:
                    adapter: openai-compatible
                    base-url: http://127.0.0.1:1234/v1
                    open-models: true
                """);

        var documents = CatalogueSection.documents(ConfigurationLoader.load(sources(Map.of())));

        assertThat(CatalogueLoader.loadDocuments(documents).provider("lmstudio"))
                .isPresent();
    }

    @Test
    void reportsMistakesOfTheCatalogue() throws IOException {
        write("providers:\n  acme:\n    base-ulr: http://127.0.0.1:1/v1\n");

        assertThatThrownBy(() -> ConfigurationLoader.load(sources(Map.of())))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("base-ulr");
    }

    @Test
    void readsKafkaPropertiesAsOneMapping() throws IOException {
        write("""
                kafka:
                  bootstrap-servers: broker:9092
                  properties:
                    security.protocol: SASL_SSL
                    sasl.jaas.config: "module required password=hunter2;"
                """);

        var configuration = ConfigurationLoader.load(sources(Map.of()));

        assertThat(configuration.get(KafkaSection.PROPERTIES))
                .containsEntry("security.protocol", "SASL_SSL")
                .containsEntry("sasl.jaas.config", "module required password=hunter2;");
        assertThat(Explanation.text(configuration)).doesNotContain("hunter2");
    }

    @Test
    void everyDefaultIsAcceptedByItsOwnType() {
        for (var setting : Settings.ALL) {
            if (!setting.type().takesMapping()) {
                assertThat(setting.type().parse(new Raw.Scalar(setting.defaultText())))
                        .as(setting.key())
                        .isInstanceOf(ValueType.Good.class);
            }
        }
    }

    private void write(String yaml) throws IOException {
        Files.writeString(directory.resolve("millrace.yaml"), yaml);
    }

    private ConfigurationSources sources(Map<String, String> environment) {
        return ConfigurationSources.of(directory, environment);
    }
}
