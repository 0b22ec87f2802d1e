package dev.millrace.ingress.http;

import static dev.millrace.ingress.http.TestDoor.BODY;
import static dev.millrace.ingress.http.TestDoor.CHAT;
import static dev.millrace.ingress.http.TestDoor.json;
import static dev.millrace.ingress.http.TestDoor.texts;
import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.OnDisconnect;
import dev.millrace.ingress.publish.Published;
import io.vertx.core.Future;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdministrationTest {
    private final TestDoor door = new TestDoor();

    @AfterEach
    void close() {
        door.close();
    }

    private HttpResponse<String> createKey(String body) {
        return door.send(door.admin("/v1/keys").POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> putAccount(String id, String body) {
        return door.send(door.admin("/v1/accounts/" + id).PUT(BodyPublishers.ofString(body)));
    }

    @Test
    void makesAKeyThatWorksAtOnceAndIsShownOnce() {
        var created = createKey("{\"account\":\"acme\",\"label\":\"ci\",\"scopes\":[\"inference\"]}");

        assertThat(created.statusCode()).isEqualTo(201);
        assertThat(created.headers().firstValue("cache-control")).contains("no-store");
        var key = json(created).path("key").asText();
        var used = door.answering("x").send(door.post(CHAT, BODY).setHeader("authorization", "Bearer " + key));
        assertThat(used.statusCode()).isEqualTo(200);
        var listed = door.send(door.admin("/v1/keys?account=acme"));
        assertThat(texts(json(listed), "id")).contains(json(created).path("id").asText());
        assertThat(listed.body()).doesNotContain(key).doesNotContain("hmac");
    }

    @Test
    void revokesAKey() {
        var created = createKey("{\"account\":\"acme\"}");
        var id = json(created).path("id").asText();

        var revoked = door.send(door.admin("/v1/keys/" + id).DELETE());

        assertThat(revoked.statusCode()).isEqualTo(200);
        assertThat(json(revoked).path("revoked").asBoolean()).isTrue();
        var key = json(created).path("key").asText();
        assertThat(door.send(door.post(CHAT, BODY).setHeader("authorization", "Bearer " + key))
                        .statusCode())
                .isEqualTo(401);
        assertThat(door.send(door.admin("/v1/keys/0000000000000000").DELETE()).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|account",
                "{\"account\":\"Not An Account\"}|account",
                "{\"account\":\"a\",\"scopes\":[\"root\"]}|scopes",
                "{\"account\":\"a\",\"scopes\":[]}|scopes",
                "{\"account\":\"a\",\"scopes\":\"admin\"}|scopes",
                "{\"account\":\"a\",\"expires_at\":\"2001-01-01T00:00:00Z\"}|expires_at",
                "{\"account\":\"a\",\"expires_at\":\"soon\"}|expires_at",
                "{\"account\":\"a\",\"secret\":\"x\"}|secret"
            })
    void namesTheMemberThatIsWrong(String body, String param) {
        var response = createKey(body);

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(json(response).path("param").asText()).isEqualTo(param);
    }

    @Test
    void admitsOnlyAdministrators() {
        assertThat(door.send(door.request("/v1/keys")).statusCode()).isEqualTo(403);
        assertThat(door.send(door.post("/v1/keys", "{\"account\":\"a\"}")).statusCode())
                .isEqualTo(403);
        assertThat(door.send(door.request("/v1/keys/0").DELETE()).statusCode()).isEqualTo(403);
        assertThat(door.send(door.request("/v1/accounts")).statusCode()).isEqualTo(403);
        assertThat(door.send(door.request("/v1/accounts/a").PUT(BodyPublishers.ofString("{}")))
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void putsAndListsAccounts() {
        var put = putAccount(
                "acme",
                "{\"display_name\":\"Acme\",\"suspended\":true,\"on_disconnect\":\"cancel\",\"max_outstanding\":5,"
                        + "\"labels\":{\"tier\":\"gold\"}}");

        assertThat(put.statusCode()).isEqualTo(200);
        var account = door.log.accounts.find("acme").orElseThrow();
        assertThat(account.getOnDisconnect()).isEqualTo(OnDisconnect.CANCEL);
        assertThat(account.getMaxOutstanding()).isEqualTo(5);
        assertThat(texts(json(door.send(door.admin("/v1/accounts"))), "display_name"))
                .containsExactly("Acme");
        assertThat(json(door.send(door.admin("/v1/accounts/acme")))
                        .path("suspended")
                        .asBoolean())
                .isTrue();
        assertThat(door.send(door.admin("/v1/accounts/other")).statusCode()).isEqualTo(404);
        assertThat(putAccount("Bad%20Name", "{}").statusCode()).isEqualTo(400);
        assertThat(putAccount("acme", "{\"on_disconnect\":\"x\"}").statusCode()).isEqualTo(400);
    }

    @Test
    void saysWhenTheLogDidNotTakeAChange() {
        door.log.outcome = Future.succeededFuture(new Published.Unavailable(true, 1));

        assertThat(createKey("{\"account\":\"a\"}").statusCode()).isEqualTo(503);
        assertThat(putAccount("a", "{}").statusCode()).isEqualTo(503);
    }
}
