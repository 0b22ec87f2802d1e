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
