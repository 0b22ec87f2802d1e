package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.json;
import static dev.millrace.ingress.http.TestDoor.texts;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelRoutesTest {
    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void listsModels() {
        var list = json(door.send(door.request("/v1/models")));

        assertThat(list.path("object").asText()).isEqualTo("list");
        assertThat(texts(list, "id")).contains("openai/gpt-4o", "local/echo").isSorted();
        assertThat(texts(list, "object")).containsOnly("model");
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "openai%2Fgpt-4o", "gpt-4o"})
    void tellsOneModelByIdOrAlias(String name) {
        var model = json(door.send(door.request("/v1/models/" + name)));

        assertThat(model.path("id").asText()).isEqualTo("openai/gpt-4o");
        assertThat(model.path("owned_by").asText()).isEqualTo("openai");
        assertThat(model.path("created").isIntegralNumber()).isTrue();
    }

    @Test
    void saysEverythingTheCatalogueKnowsOfAModel() {
        var model = json(door.send(door.request("/v1/models/gemini-2.5-pro")));

        assertThat(model.path("operations").toString()).isEqualTo("[\"chat\"]");
        assertThat(model.path("input_modalities").toString())
                .isEqualTo("[\"text\",\"image\",\"audio\",\"video\",\"document\"]");
        assertThat(model.path("output_modalities").toString()).isEqualTo("[\"text\"]");
        assertThat(model.path("capabilities").toString()).contains("tools", "vision", "reasoning");
        assertThat(model.path("context_length").asInt()).isEqualTo(1_048_576);
        assertThat(model.path("max_output_tokens").asInt()).isPositive();
        assertThat(model.at("/pricing/currency").asText()).isEqualTo("usd");
        assertThat(model.at("/pricing/per_million/input").decimalValue()).isEqualByComparingTo("1.25");
        assertThat(model.at("/pricing/per_million/input@200000").decimalValue()).isEqualByComparingTo("2.5");
    }

    @Test
    void saysWhatIsDeprecatedAndWhatHasNoPrice() {
        var old = json(door.send(door.request("/v1/models/gemini/gemini-2.0-flash")));
        assertThat(old.at("/deprecated/shutdown").asText()).isEqualTo("2026-06-01");
        assertThat(old.at("/deprecated/replacement").asText()).isEqualTo("gemini-2.5-flash");
        var list = json(door.send(door.request("/v1/models?provider=bytedance")));
        assertThat(list.path("data"))
                .isNotEmpty()
                .allMatch(model -> model.path("pricing").isNull());
    }

    @Test
    void refusesACallOfAModelWithoutAPrice() {
        var body = """
                {"model": "bytedance/doubao-1-5-pro-32k-250115", "messages": [{"role": "user", "content": "hi"}]}
                """;
        var response = door.send(door.post("/v1/chat/completions", body));
        assertThat(response.statusCode()).isEqualTo(403);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("model_without_price");
        assertThat(json(response).at("/error/message").asText()).contains("has no price in the catalogue");
    }

    @Test
    void narrowsTheList() {
        var list = json(door.send(door.request("/v1/models?provider=voyage&operation=rerank")));
        assertThat(texts(list, "id")).isNotEmpty().allMatch(id -> id.startsWith("voyage/rerank-"));
        var images = json(door.send(door.request("/v1/models?operation=image-edit")));
        assertThat(texts(images, "id")).contains("openai/gpt-image-1").doesNotContain("openai/gpt-4o");
        var seeing = json(door.send(door.request("/v1/models?provider=groq&capability=vision")));
        assertThat(texts(seeing, "id")).isNotEmpty().doesNotContain("groq/llama-3.1-8b-instant");
    }

    @ParameterizedTest
    @ValueSource(strings = {"provider=nobody", "operation=sing", "capability=fly"})
    void refusesAFilterThatNothingGoesBy(String query) {
        var response = door.send(door.request("/v1/models?" + query));
        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).at("/error/param").asText()).isEqualTo(query.substring(0, query.indexOf('=')));
        assertThat(json(response).at("/error/message").asText()).contains("known are");
    }

    @Test
    void namesNearModelsForAnUnknownOne() {
        var response = door.send(door.request("/v1/models/gpt-4p"));

        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(json(response).at("/error/code").asText()).isEqualTo("model_not_found");
        assertThat(json(response).at("/error/message").asText()).contains("gpt-4o");
    }

    @Test
    void survivesNamesThatAreNone() {
        assertThat(door.send(door.request("/v1/models/" + "x".repeat(3000))).statusCode())
                .isEqualTo(404);
        assertThat(door.send(door.request("/v1/models/%00%ff")).statusCode()).isEqualTo(404);
    }
}
