package dev.millrace.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.avro.Operation;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CatalogueTest {
    private static final Prices PRICES = new Prices(Map.of("input", 1L, "output", 2L));

    private final Catalogue catalogue = new Catalogue(
            List.of(provider("alpha", false), provider("open", true)),
            List.of(
                    model("alpha", "gpt-4o", "gpt-4o"),
                    model("alpha", "gpt-4o-mini", "mini", "small"),
                    model("open", "llama3")));

    @ParameterizedTest
    @CsvSource({
        "alpha/gpt-4o, alpha/gpt-4o",
        "gpt-4o, alpha/gpt-4o",
        "mini, alpha/gpt-4o-mini",
        "small, alpha/gpt-4o-mini",
        "open/llama3, open/llama3"
    })
    void findsAModelByIdAndByAlias(String name, String id) {
        assertThat(catalogue.find(name)).map(Model::id).hasValue(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "gpt-4o-mini",
                "alpha/",
                "alpha/gpt-5",
                "/gpt-4o",
                "nobody/gpt-4o",
                "ALPHA/GPT-4O",
                "open/"
            })
    void findsNothingElse(String name) {
        assertThat(catalogue.find(name)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"open/qwen3:8b, qwen3:8b", "open/org/model-1, org/model-1"})
    void passesAnyNameToAProviderWithOpenModels(String name, String vendorModel) {
        // When
        var model = catalogue.find(name).orElseThrow();
        // Then
        assertThat(model.id()).isEqualTo(name);
        assertThat(model.provider()).isEqualTo("open");
        assertThat(model.vendorModel()).isEqualTo(vendorModel);
        assertThat(model.prices()).isEqualTo(PRICES);
        assertThat(model.operations()).contains(Operation.CHAT);
    }

    @Test
    void boundsTheLengthOfAnOpenName() {
        assertThat(catalogue.find("open/" + "x".repeat(251))).isPresent();
        assertThat(catalogue.find("open/" + "x".repeat(252))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "gpt4o, gpt-4o",
        "GPT-4O, alpha/gpt-4o",
        "alpha/gpt-4o-mni, alpha/gpt-4o-mini",
        "lama3, open/llama3",
        "smal, small"
    })
    void namesTheNearestNameFirst(String wrong, String nearest) {
        assertThat(catalogue.nearNames(wrong, 3)).contains(nearest).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void namesNothingThatIsFarAway() {
        assertThat(catalogue.nearNames("something-else-entirely", 5)).isEmpty();
        assertThat(catalogue.nearNames("gpt", 0)).isEmpty();
    }

    @Test
    void ordersNearNamesByDistanceThenByLength() {
        assertThat(catalogue.nearNames("gpt-4o-min", 10)).startsWith("alpha/gpt-4o-mini");
        assertThat(catalogue.nearNames("gpt-4", 10)).containsExactly("gpt-4o", "alpha/gpt-4o", "alpha/gpt-4o-mini");
    }

    @Test
    void listsWhatItHoldsInOrder() {
        assertThat(catalogue.providers()).extracting(Provider::id).containsExactly("alpha", "open");
        assertThat(catalogue.models())
                .extracting(Model::id)
                .containsExactly("alpha/gpt-4o", "alpha/gpt-4o-mini", "open/llama3");
        assertThat(catalogue.provider("open")).isPresent();
        assertThat(catalogue.provider("nobody")).isEmpty();
    }

    @Test
    void refusesNamesThatWouldBeAmbiguous() {
        var providers = List.of(provider("alpha", false));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Catalogue(List.of(provider("alpha", false), provider("alpha", true)), List.of()))
                .withMessage("provider alpha is there twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Catalogue(providers, List.of(model("alpha", "m"), model("alpha", "m"))))
                .withMessage("model alpha/m is there twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Catalogue(providers, List.of(model("alpha", "m", "x"), model("alpha", "n", "x"))))
                .withMessage("alias x: names both alpha/m and alpha/n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Catalogue(providers, List.of(model("beta", "m"))))
                .withMessage("model beta/m: no provider beta");
    }

    private static Provider provider(String id, boolean openModels) {
        var url = URI.create("http://127.0.0.1:1/v1");
        return new Provider(
                id, "openai-compatible", url, "default", null, false, Map.of(), Map.of(), 8, openModels, PRICES);
    }

    private static Model model(String provider, String name, String... aliases) {
        return new Model(
                provider + "/" + name,
                provider,
                name,
                Set.of(Operation.CHAT),
                0,
                0,
                Traits.of(Set.of(Operation.CHAT)),
                PRICES,
                Map.of(),
                List.of(aliases));
    }
}
