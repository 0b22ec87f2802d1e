package dev.millrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.Operation;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The data that ships: complete, and with figures that can be true. */
class ShippedCatalogueTest {
    private static final Catalogue CATALOGUE = CatalogueLoader.shipped();

    /** Dollars per million tokens of the dearest models there are, with room above. */
    private static final Map<String, Long> DEAREST = Map.of("input", 200L, "output", 700L);

    private static final long NANOS_PER_DOLLAR = 1_000_000_000;

    /** Vendors whose price lists are in another currency. */
    private static final Set<String> UNPRICED = Set.of("bytedance");

    static Stream<Model> models() {
        return CATALOGUE.models().stream();
    }

    static Stream<Model> priced() {
        return models().filter(model -> !UNPRICED.contains(model.provider()));
    }

    @Test
    void holdsEveryVendorAndEveryModality() {
        assertThat(CATALOGUE.providers()).hasSizeGreaterThanOrEqualTo(30);
        assertThat(CATALOGUE.models()).hasSizeGreaterThanOrEqualTo(250);
        assertThat(CATALOGUE.providers())
                .extracting(Provider::id)
                .contains(
                        "openai",
                        "anthropic",
                        "gemini",
                        "vertex",
                        "bedrock",
                        "azure",
                        "groq",
                        "xai",
                        "mistral",
                        "cohere",
                        "deepseek",
                        "alibaba",
                        "bytedance",
                        "moonshot",
                        "minimax",
                        "zai",
                        "fireworks",
                        "together",
                        "cerebras",
                        "perplexity",
                        "openrouter",
                        "huggingface",
                        "vercel",
                        "replicate",
                        "fal",
                        "black-forest-labs",
                        "luma",
                        "runway",
                        "elevenlabs",
                        "deepgram",
                        "cartesia",
                        "gladia",
                        "voyage",
                        "native",
                        "vllm",
                        "ollama",
                        "lmstudio",
                        "llamacpp",
                        "local");
        assertThat(CATALOGUE.models())
                .flatExtracting(model -> List.copyOf(model.operations()))
                .containsAll(EnumSet.complementOf(EnumSet.of(Operation.UNKNOWN)));
        assertThat(CATALOGUE.models())
                .flatExtracting(model -> List.copyOf(model.traits().output()))
                .containsAll(EnumSet.complementOf(EnumSet.of(Modality.DOCUMENT)));
    }

    @Test
    void readsEveryFile() {
        assertThat(ShippedDocuments.all())
                .extracting(CatalogueLoader.Document::name)
                .hasSize(CATALOGUE.providers().size())
                .containsExactlyInAnyOrderElementsOf(CATALOGUE.providers().stream()
                        .map(provider -> provider.id() + ".yaml")
                        .toList());
    }

    @ParameterizedTest
    @MethodSource("models")
    void saysWhatAModelDoes(Model model) {
        assertThat(model.operations()).isNotEmpty();
        if (!model.operations().equals(Set.of(Operation.RUN))) {
            assertThat(model.traits().input()).isNotEmpty();
            assertThat(model.traits().output()).isNotEmpty();
        }
        if (model.operations().contains(Operation.CHAT)) {
            assertThat(model.contextTokens()).isPositive();
        }
        assertThat(model.maxOutputTokens()).isLessThanOrEqualTo(model.contextTokens());
    }

    @ParameterizedTest
    @MethodSource("priced")
    void hasPricesThatCanBeTrue(Model model) {
        var prices = Objects.requireNonNull(model.prices()).nanosPerMillion();
        assertThat(prices).isNotEmpty();
        if (model.operations().contains(Operation.CHAT)) {
            assertThat(prices).containsKeys("input", "output");
        }
        DEAREST.forEach((unit, dollars) ->
                assertThat(prices.getOrDefault(unit, 0L)).as(unit).isLessThanOrEqualTo(dollars * NANOS_PER_DOLLAR));
        assertThat(prices.getOrDefault("output", Long.MAX_VALUE))
                .as("writing costs at least what reading does")
                .isGreaterThanOrEqualTo(prices.getOrDefault("input", 0L));
        assertThat(prices.getOrDefault("cached-input", 0L))
                .as("a cache makes it cheaper")
                .isLessThanOrEqualTo(prices.getOrDefault("input", 0L));
        prices.forEach((unit, nanos) -> {
            int at = unit.indexOf(Prices.TIER_MARK);
            if (at > 0) {
                assertThat(nanos).as(unit).isGreaterThanOrEqualTo(prices.get(unit.substring(0, at)));
            }
        });
    }

    @Test
    void namesAReplacementThatExists() {
        for (var model : CATALOGUE.models()) {
            var deprecation = model.traits().deprecation();
            if (deprecation != null && deprecation.replacement() != null) {
                assertThat(CATALOGUE.find(model.provider() + "/" + deprecation.replacement()))
                        .as("replacement of " + model.id())
                        .isPresent();
            }
        }
    }

    @Test
    void shipsNoAddressOutsideTlsOrLoopback() {
        assertThat(CATALOGUE.providers())
                .extracting(Provider::baseUrl)
                .filteredOn(Objects::nonNull)
                .allMatch(
                        url -> url.getScheme().equals("https") || url.getHost().equals("127.0.0.1"));
    }

    @Test
    void asksForAKeyWhereverARequestLeavesTheMachine() {
        assertThat(CATALOGUE.providers())
                .filteredOn(provider -> provider.baseUrl() != null
                        && provider.baseUrl().getScheme().equals("https"))
                .allSatisfy(provider -> {
                    assertThat(provider.credentialEnv()).as(provider.id()).isNotBlank();
                    assertThat(provider.credentialRequired()).as(provider.id()).isTrue();
                });
        assertThat(new HashSet<>(environmentVariables())).allMatch(name -> name.matches("[A-Z][A-Z0-9_]*"));
    }

    private static Collection<String> environmentVariables() {
        return CATALOGUE.providers().stream()
                .map(Provider::credentialEnv)
                .filter(Objects::nonNull)
                .toList();
    }
}
