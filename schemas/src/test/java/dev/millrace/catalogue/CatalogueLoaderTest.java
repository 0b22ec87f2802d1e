package dev.millrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.millrace.avro.Operation;
import dev.millrace.catalogue.CatalogueLoader.Document;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueLoaderTest {
    @TempDir
    private Path directory;

    @Test
    void shipsALocalProviderThatNeedsNoKey() {
        var local = CatalogueLoader.shipped().provider("local").orElseThrow();
        assertThat(local.adapter()).isEqualTo("local");
        assertThat(local.credentialRequired()).isFalse();
        assertThat(CatalogueLoader.shipped().find("local/echo")).isPresent();
    }

    @Test
    void readsDollarsPerMillionAsNanoDollars() {
        var prices = Objects.requireNonNull(
                CatalogueLoader.shipped().find("gpt-4o-mini").orElseThrow().prices());
        assertThat(prices.nanosPerMillion())
                .isEqualTo(Map.of("input", 150_000_000L, "cached-input", 75_000_000L, "output", 600_000_000L));
    }

    @Test
    void addsAProviderWithEverySetting() {
        // When
        var catalogue = load("""
                providers:
                  house:
                    adapter: openai-compatible
                    base-url: https://llm.example.com:8443/v1
                    pool: house-pool
                    credential-env: HOUSE_KEY
                    credential-required: false
                    headers: {X-Team: search, X-Level: 3}
                    quirks: {no-stream-options: true}
                    max-concurrent: 12
                    open-models: true
                    default-prices: {input: 0.000000001, output: 3}
                    models:
                      tiny:
                        vendor-model: tiny-2026
                        operations: [chat, embedding, image-edit]
                        context-tokens: 8192
                        max-output-tokens: 1024
                        labels: {tier: free}
                        aliases: [t, tiny]
                """);
        // Then
        var prices = new Prices(Map.of("input", 1L, "output", 3_000_000_000L));
        assertThat(catalogue.provider("house"))
                .hasValue(new Provider(
                        "house",
                        "openai-compatible",
                        URI.create("https://llm.example.com:8443/v1"),
                        "house-pool",
                        "HOUSE_KEY",
                        false,
                        Map.of("X-Team", "search", "X-Level", "3"),
                        Map.of("no-stream-options", "true"),
                        12,
                        true,
                        prices));
        var tiny = catalogue.find("t").orElseThrow();
        assertThat(tiny).isEqualTo(catalogue.find("house/tiny").orElseThrow());
        assertThat(tiny.vendorModel()).isEqualTo("tiny-2026");
        assertThat(tiny.operations())
                .containsExactlyInAnyOrder(Operation.CHAT, Operation.EMBEDDING, Operation.IMAGE_EDIT);
        assertThat(tiny.contextTokens()).isEqualTo(8192);
        assertThat(tiny.maxOutputTokens()).isEqualTo(1024);
        assertThat(tiny.labels()).isEqualTo(Map.of("tier", "free"));
        assertThat(tiny.prices()).isEqualTo(prices);
    }

    @Test
    void readsEverythingThatCanBeSaidOfAModel() {
        // When
        var model = load("""
                providers:
                  local:
                    models:
                      full:
                        operations: [chat]
                        input: [text, image, document]
                        output: [text, audio]
                        capabilities: [tools, json-schema]
                        deprecated: {since: 2026-01-31, shutdown: 2026-12-31, replacement: echo}
                        prices:
                          input: 2
                          output: 12
                          cached-input: 0.2
                          image: 0.04
                          second: 0.0001
                          character: 15
                          units: {megapixels: 0.5}
                          above:
                            200000: {input: 4, output: 18}
                """).find("local/full").orElseThrow();
        // Then
        assertThat(model.traits())
                .isEqualTo(new Traits(
                        Set.of(Modality.TEXT, Modality.IMAGE, Modality.DOCUMENT),
                        Set.of(Modality.TEXT, Modality.AUDIO),
                        Set.of(Capability.TOOLS, Capability.JSON_SCHEMA, Capability.VISION),
                        new Deprecation(LocalDate.of(2026, 1, 31), LocalDate.of(2026, 12, 31), "echo")));
        assertThat(Objects.requireNonNull(model.prices()).nanosPerMillion())
                .isEqualTo(Map.ofEntries(
                        Map.entry("input", 2_000_000_000L),
                        Map.entry("output", 12_000_000_000L),
                        Map.entry("cached-input", 200_000_000L),
                        Map.entry("images", 40_000_000_000_000L),
                        Map.entry("media-second", 100_000_000_000L),
                        Map.entry("characters", 15_000_000_000L),
                        Map.entry("megapixels", 500_000_000_000_000L),
                        Map.entry("input@200000", 4_000_000_000L),
                        Map.entry("output@200000", 18_000_000_000L)));
    }

    @Test
    void reportsMistakesInTheDescriptionOfAModel() {
        // When
        var thrown = catchThrowableOfType(CatalogueException.class, () -> load("""
                providers:
                  local:
                    models:
                      a: {input: [smell], output: text, capabilities: [flying], deprecated: {shutdown: soon, why: old}}
                      b: {prices: {tokens: 1, above: {many: {input: 1}, 5: 3, 6: {image: 1}}, units: {"A b": 1, c: -1}}}
                      c: {prices: {image: 9001}}
                """));
        // Then
        assertThat(thrown.mistakes())
                .allMatch(mistake -> mistake.startsWith("override.yaml: providers.local.models."))
                .extracting(mistake -> mistake.substring("override.yaml: providers.local.models.".length()))
                .satisfiesExactlyInAnyOrder(
                        m -> assertThat(m).startsWith("a.input: no modality 'smell'; known are [text, image,"),
                        m -> assertThat(m).isEqualTo("a.output: must be a list of texts"),
                        m -> assertThat(m).startsWith("a.capabilities: no capability 'flying'; known are [tools,"),
                        m -> assertThat(m).isEqualTo("a.deprecated.shutdown: must be a day such as 2026-09-30"),
                        m -> assertThat(m).startsWith("a.deprecated.why: no such key"),
                        m -> assertThat(m).startsWith("b.prices.tokens: no such price; known are [audio-input,"),
                        m -> assertThat(m).isEqualTo("b.prices.above.many: must be a number of input tokens"),
                        m -> assertThat(m).isEqualTo("b.prices.above.5: must be a mapping"),
                        m -> assertThat(m).startsWith("b.prices.above.6.image: no such price"),
                        m -> assertThat(m).isEqualTo("b.prices.units.A b: must match [a-z][a-z0-9-]{0,63}"),
                        m -> assertThat(m).isEqualTo("b.prices.units.c: must be dollars each, 0 to 9000"),
                        m -> assertThat(m).isEqualTo("c.prices.image: must be dollars each, 0 to 9000"));
    }

    @Test
    void fillsInWhatAProviderLeavesOut() {
        // When
        var catalogue = load("""
                providers:
                  house: {adapter: openai-compatible, base-url: "http://127.0.0.1:1/v1", credential-env: KEY, models: {m: {}}}
                """);
        // Then
        var house = catalogue.provider("house").orElseThrow();
        assertThat(house.pool()).isEqualTo("default");
        assertThat(house.credentialRequired()).as("a named key is needed").isTrue();
        assertThat(house.maxConcurrent()).isEqualTo(256);
        assertThat(house.openModels()).isFalse();
        var model = catalogue.find("house/m").orElseThrow();
        assertThat(model.vendorModel()).isEqualTo("m");
        assertThat(model.operations()).containsExactly(Operation.CHAT);
        assertThat(model.prices()).as("not served to billed accounts").isNull();
    }

    @Test
    void readsAnAddressWithVariables() {
        // When
        var catalogue = load("""
                providers:
                  cloud:
                    adapter: bedrock
                    base-url: https://runtime.{region}.example.com
                    credential-scheme: aws-sigv4:bedrock
                    variables:
                      region: {env: [AWS_REGION, AWS_DEFAULT_REGION], value: us-east-1}
                """);
        // Then
        var cloud = catalogue.provider("cloud").orElseThrow();
        assertThat(cloud.baseUrl()).isNull();
        assertThat(cloud.baseUrlTemplate()).isEqualTo("https://runtime.{region}.example.com");
        assertThat(cloud.credentialScheme()).isEqualTo("aws-sigv4:bedrock");
        assertThat(cloud.variables())
                .containsEntry(
                        "region", new Provider.Variable(List.of("AWS_REGION", "AWS_DEFAULT_REGION"), "us-east-1"));
    }

    @Test
    void refusesAnAddressWhoseVariablesAreNotThere() {
        var thrown = catchThrowableOfType(CatalogueException.class, () -> load("""
                providers:
                  cloud: {adapter: bedrock, base-url: "https://{region}.example.com", variables: {place: {envs: [A]}}}
                """));
        assertThat(thrown.mistakes())
                .containsExactlyInAnyOrder(
                        "override.yaml: providers.cloud.base-url: every {name} in it must be one of providers.cloud.variables",
                        "override.yaml: providers.cloud.variables.place.envs: no such key; known are [env, value]");
    }

    @Test
    void mergesMemberByMember() {
        // When
        var catalogue = load("""
                providers:
                  openai:
                    base-url: https://proxy.example.com/v1
                    models:
                      gpt-4o: {prices: {output: 99}, aliases: [best]}
                """);
        // Then
        var openai = catalogue.provider("openai").orElseThrow();
        assertThat(openai.baseUrl()).hasToString("https://proxy.example.com/v1");
        assertThat(openai.credentialEnv()).isEqualTo("OPENAI_API_KEY");
        var model = catalogue.find("best").orElseThrow();
        assertThat(Objects.requireNonNull(model.prices()).nanosPerMillion())
                .isEqualTo(Map.of("input", 2_500_000_000L, "cached-input", 1_250_000_000L, "output", 99_000_000_000L));
        assertThat(catalogue.find("gpt-4o")).as("lists are replaced").isEmpty();
        assertThat(catalogue.find("gpt-4o-mini")).isPresent();
    }

    @Test
    void removesWhatIsSetToNull() {
        var catalogue = load("""
                providers:
                  ollama: null
                  openai: {models: {gpt-4o: null}}
                  fresh: {adapter: local, headers: null, models: {m: null, n: {labels: {a: null, b: c}}}}
                """);
        assertThat(catalogue.provider("ollama")).isEmpty();
        assertThat(catalogue.find("openai/gpt-4o")).isEmpty();
        assertThat(catalogue.find("openai/gpt-4o-mini")).isPresent();
        assertThat(catalogue.find("fresh/m")).isEmpty();
        assertThat(catalogue.find("fresh/n").orElseThrow().labels()).isEqualTo(Map.of("b", "c"));
    }

    @Test
    void appliesFilesInTheirOrder() throws IOException {
        // Given
        var first = Files.writeString(directory.resolve("1.yaml"), "providers: {local: {max-concurrent: 5, pool: a}}");
        var second = Files.writeString(directory.resolve("2.yaml"), "providers: {local: {max-concurrent: 6}}");
        // When
        var local =
                CatalogueLoader.load(List.of(first, second)).provider("local").orElseThrow();
        // Then
        assertThat(local.maxConcurrent()).isEqualTo(6);
        assertThat(local.pool()).isEqualTo("a");
    }

    @Test
    void namesTheFileItCannotRead() {
        assertThatExceptionOfType(UncheckedIOException.class)
                .isThrownBy(() -> CatalogueLoader.load(List.of(directory.resolve("missing.yaml"))))
                .withMessageContaining("missing.yaml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "# nothing\n", "---\n", "providers: {}", "{}"})
    void takesAnEmptyDocumentForNoChange(String yaml) {
        assertThat(load(yaml).models()).isEqualTo(CatalogueLoader.shipped().models());
    }

    @Test
    void reportsEveryMistakeAtOnceWithItsPath() {
        // When
        var thrown = catchThrowableOfType(CatalogueException.class, () -> load("""
                colour: red
                providers:
                  Bad Name: {adapter: local}
                  text: hello
                  none: {}
                  nowhere: {adapter: openai-compatible}
                  wrong:
                    adapter: openai-compatible
                    base-url: ftp://example.com
                    pool: No_Pool
                    credential-required: maybe
                    headers: [a]
                    max-concurrent: 0
                    open-models: 1
                    default-prices: 5
                    retries: 3
                    models:
                      a: {operations: [chat, sing], context-tokens: 1.5, max-output-tokens: -1, aliases: name}
                      b: {prices: {input: -1, output: lots, reasoning: 1e300}}
                      c: {aliases: [dup, 7]}
                      d: {aliases: [dup], labels: {x: [1]}, vendor-model: 7}
                      e: []
                """));
        // Then
        assertThat(thrown.mistakes())
                .containsExactlyInAnyOrder(
                        "override.yaml: colour: no such key; known are [providers]",
                        "override.yaml: providers.Bad Name: must match [a-z0-9][a-z0-9._-]{0,63}",
                        "override.yaml: providers.text: must be a mapping",
                        "override.yaml: providers.text.adapter: is required",
                        "override.yaml: providers.none.adapter: is required",
                        "override.yaml: providers.nowhere.base-url: is required by the adapter openai-compatible",
                        "override.yaml: providers.wrong.base-url: must be an http or https address",
                        "override.yaml: providers.wrong.pool: must be kebab-case of 1 to 32 characters, got 'No_Pool'",
                        "override.yaml: providers.wrong.credential-required: must be true or false",
                        "override.yaml: providers.wrong.headers: must be a mapping",
                        "override.yaml: providers.wrong.max-concurrent: must be a whole number 1..100000",
                        "override.yaml: providers.wrong.open-models: must be true or false",
                        "override.yaml: providers.wrong.default-prices: must be a mapping",
                        "override.yaml: providers.wrong.retries: no such key; known are [adapter, base-url, credential-env,"
                                + " credential-required, credential-scheme, default-prices, headers, max-concurrent, models,"
                                + " open-models, pool, quirks, variables]",
                        "override.yaml: providers.wrong.models.a.operations: no operation 'sing'; known are [chat, completion,"
                                + " embedding, image, image-edit, speech, transcription, translation, video, rerank,"
                                + " moderation, run]",
                        "override.yaml: providers.wrong.models.a.context-tokens: must be a whole number 0..2147483647",
                        "override.yaml: providers.wrong.models.a.max-output-tokens: must be a whole number 0..2147483647",
                        "override.yaml: providers.wrong.models.a.aliases: must be a list of texts",
                        "override.yaml: providers.wrong.models.b.prices.input: must be dollars per million, 0 to 1000000000",
                        "override.yaml: providers.wrong.models.b.prices.output: must be dollars per million, 0 to 1000000000",
                        "override.yaml: providers.wrong.models.b.prices.reasoning: must be dollars per million, 0 to 1000000000",
                        "override.yaml: providers.wrong.models.c.aliases[1]: must be text",
                        "override.yaml: providers.wrong.models.d.labels.x: must be a plain value",
                        "override.yaml: providers.wrong.models.d.vendor-model: must be text",
                        "override.yaml: providers.wrong.models.e: must be a mapping",
                        "override.yaml: providers.wrong.models.d.aliases: alias dup names both wrong/c and wrong/d");
        assertThat(thrown).hasMessageContainingAll(thrown.mistakes().toArray(String[]::new));
    }

    @Test
    void reportsDocumentsThatAreNoMappings() {
        // When
        var thrown = catchThrowableOfType(
                CatalogueException.class,
                () -> CatalogueLoader.loadDocuments(List.of(
                        new Document("one.yaml", "providers: {\n a: [\n"),
                        new Document("two.yaml", "- a list"),
                        new Document("three.yaml", "providers: {local: {pool: a, pool: b}}"),
                        new Document("four.yaml", "providers: [a]"))));
        // Then
        assertThat(thrown.mistakes())
                .hasSize(4)
                .satisfiesExactly(
                        one -> assertThat(one).startsWith("one.yaml:").contains("not YAML"),
                        two -> assertThat(two).isEqualTo("two.yaml: must be a mapping"),
                        three -> assertThat(three).startsWith("three.yaml:").contains("a key is there twice"),
                        four -> assertThat(four).isEqualTo("four.yaml: providers: must be a mapping"));
    }

    @ParameterizedTest
    @ValueSource(strings = {".nan", ".inf", "-.inf", "1e999999999", "0x10000000000000000000", "[1]", "'1'", "true"})
    void refusesPricesThatAreNoNumbers(String price) {
        assertThatExceptionOfType(CatalogueException.class)
                .isThrownBy(() -> load("providers: {local: {default-prices: {input: " + price + "}}}"));
    }

    @Test
    void refusesAnAliasThatHidesAnotherModel() {
        var thrown = catchThrowableOfType(CatalogueException.class, () -> load("""
                providers: {local: {models: {echo: {aliases: [openai/gpt-4o, gpt-4o]}}}}
                """));
        assertThat(thrown.mistakes())
                .containsExactlyInAnyOrder(
                        "override.yaml: providers.local.models.echo.aliases: alias openai/gpt-4o names both openai/gpt-4o"
                                + " and local/echo",
                        "openai.yaml: providers.openai.models.gpt-4o.aliases: alias gpt-4o names both local/echo"
                                + " and openai/gpt-4o");
    }

    private static Catalogue load(String yaml) {
        return CatalogueLoader.loadDocuments(List.of(new Document("override.yaml", yaml)));
    }
}
