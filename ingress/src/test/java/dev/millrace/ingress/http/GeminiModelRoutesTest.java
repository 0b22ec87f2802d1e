package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeminiModelRoutesTest {
    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void listsEveryModelOnceOverAllPages() {
        var names = new HashSet<String>();
        int seen = 0;
        var token = "";
        do {
            var page = json(door.send(door.request("/v1beta/models?pageSize=97&pageToken=" + token)));
            for (var model : page.path("models")) {
                names.add(model.path("name").asText());
                seen++;
            }
            token = page.path("nextPageToken").asText("");
        } while (!token.isEmpty());
        assertThat(names).contains("models/local/echo", "models/openai/gpt-4o").hasSize(seen);
    }

    @ParameterizedTest
    @ValueSource(strings = {"openai/gpt-4o", "openai%2Fgpt-4o", "gpt-4o"})
    void tellsOneModelByIdOrAlias(String name) {
        var model = json(door.send(door.request("/v1beta/models/" + name)));
        assertThat(model.path("name").asText()).isEqualTo("models/openai/gpt-4o");
        assertThat(model.path("supportedGenerationMethods").toString()).contains("streamGenerateContent");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/gpt-4p", "/%00%ff", "?pageSize=many", "?pageToken=-1"})
    void refusesInGooglesShape(String rest) {
        var response = door.send(door.request("/v1beta/models" + rest));
        assertThat(response.statusCode()).isIn(400, 404);
        assertThat(json(response).at("/error/status").asText()).isIn("NOT_FOUND", "INVALID_ARGUMENT");
    }
}
