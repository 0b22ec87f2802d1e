package dev.millrace.ops.registry;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import java.util.List;
import java.util.function.Function;

/** Confluent's REST API: which path is which operation, and how its result is shown. */
final class RegistryRoutes {
    private final Router router;
    private final RegistryHandlers handlers;

    private RegistryRoutes(Router router, RegistryHandlers handlers) {
        this.router = router;
        this.handlers = handlers;
    }

    static void install(Router router, RegistryHandlers handlers) {
        var routes = new RegistryRoutes(router, handlers);
        routes.subjects();
        routes.schemas();
        routes.compatibility();
        routes.settings();
        routes.answer(GET, "/", request -> RegistryJson.empty());
    }

    private void answer(HttpMethod method, String path, Function<RegistryRequest, JsonNode> operation) {
        router.route(method, path).handler(handlers.handler(operation));
    }

    private void subjects() {
        answer(
                GET,
                "/subjects",
                r -> RegistryJson.texts(r.registry().state().subjects(r.flag("deleted")).stream()
                        .filter(subject -> subject.startsWith(r.query("subjectPrefix", "")))
                        .toList()));
        answer(
                POST,
                "/subjects/:subject",
                r -> RegistryJson.version(r.registry().lookup(r.subject(), r.schema(), r.flag("deleted"))));
        answer(
                DELETE,
                "/subjects/:subject",
                r -> RegistryJson.numbers(r.registry().deleteSubject(r.subject(), r.flag("permanent"))));
        answer(
                GET,
                "/subjects/:subject/versions",
                r -> RegistryJson.numbers(r.registry().versions(r.subject(), r.flag("deleted")).stream()
                        .map(SchemaVersion::version)
                        .toList()));
        answer(
                POST,
                "/subjects/:subject/versions",
                r -> RegistryJson.version(r.registry().register(r.subject(), r.schema())));
        answer(GET, "/subjects/:subject/versions/:version", r -> r.shown(r.version()));
        answer(
                DELETE,
                "/subjects/:subject/versions/:version",
                r -> RegistryJson.number(r.registry().deleteVersion(r.subject(), r.selector(), r.flag("permanent"))));
        answer(
                GET,
                "/subjects/:subject/versions/:version/schema",
                r -> RegistryJson.parsed(r.version().content().schema()));
        answer(
                GET,
                "/subjects/:subject/versions/:version/referencedby",
                r -> RegistryJson.numbers(r
                        .registry()
                        .state()
                        .referencesTo(r.subject(), r.version().version())
                        .stream()
                        .map(SchemaVersion::id)
                        .sorted()
                        .toList()));
        answer(GET, "/subjects/:subject/metadata", this::latestWithMetadata);
    }

    private JsonNode latestWithMetadata(RegistryRequest request) {
        var keys = request.queries("key");
        var values = request.queries("value");
        if (keys.size() != values.size()) {
            throw RegistryError.BAD_REQUEST.refusal("As many values as keys are needed");
        }
        return request.registry().versions(request.subject(), request.flag("deleted")).reversed().stream()
                .filter(version -> hasAll(version.content(), keys, values))
                .findFirst()
                .map(request::shown)
                .orElseThrow(() -> RegistryError.SCHEMA_NOT_FOUND.refusal("Schema not found"));
    }

    private static boolean hasAll(SchemaContent content, List<String> keys, List<String> values) {
        for (int i = 0; i < keys.size(); i++) {
            if (!content.hasProperty(keys.get(i), values.get(i))) {
                return false;
            }
        }
        return true;
    }

    private void schemas() {
        answer(
                GET,
                "/schemas",
                r -> RegistryJson.versions(r.registry().state().subjects(r.flag("deleted")).stream()
                        .filter(subject -> subject.startsWith(r.query("subjectPrefix", "")))
                        .flatMap(subject -> r.listed(subject).stream())
                        .toList()));
        answer(GET, "/schemas/types", r -> RegistryJson.texts(List.of("AVRO")));
        answer(GET, "/schemas/ids/:id", r -> r.shown(r.contentById()));
        answer(
                GET,
                "/schemas/ids/:id/schema",
                r -> RegistryJson.parsed(r.contentById().schema()));
        answer(
                GET,
                "/schemas/ids/:id/subjects",
                r -> RegistryJson.texts(
                        r.uses().stream().map(SchemaVersion::subject).distinct().toList()));
        answer(GET, "/schemas/ids/:id/versions", r -> RegistryJson.subjectVersions(r.uses()));
        answer(
                GET,
                "/schemas/guids/:guid",
                r -> r.registry().state().contents().stream()
                        .filter(content -> content.guid().toString().equals(r.path("guid")))
                        .findFirst()
                        .map(r::shown)
                        .orElseThrow(() ->
                                RegistryError.SCHEMA_NOT_FOUND.refusal("Schema " + r.path("guid") + " not found")));
    }

    private void compatibility() {
        answer(
                POST,
                "/compatibility/subjects/:subject/versions",
                r -> RegistryJson.verdict(r.registry().objections(r.subject(), r.schema()), r.flag("verbose")));
        answer(
                POST,
                "/compatibility/subjects/:subject/versions/:version",
                r -> RegistryJson.verdict(
                        r.registry().objections(r.subject(), r.selector(), r.schema()), r.flag("verbose")));
    }

    private void settings() {
        answer(GET, "/config", r -> RegistryJson.level(r.registry().state().level()));
        answer(PUT, "/config", r -> {
            r.registry().setLevel(null, r.level());
            return RegistryJson.field("compatibility", r.level().name());
        });
        answer(DELETE, "/config", r -> {
            var removed = r.registry().state().level();
            r.registry().setLevel(null, null);
            return RegistryJson.level(removed);
        });
        answer(
                GET,
                "/config/:subject",
                r -> RegistryJson.level(
                        r.flag("defaultToGlobal") ? r.registry().effectiveLevel(r.subject()) : r.ownLevel()));
        answer(PUT, "/config/:subject", r -> {
            r.registry().setLevel(r.subject(), r.level());
            return RegistryJson.field("compatibility", r.level().name());
        });
        answer(DELETE, "/config/:subject", r -> {
            var removed = r.ownLevel();
            r.registry().setLevel(r.subject(), null);
            return RegistryJson.level(removed);
        });
        answer(GET, "/mode", r -> RegistryJson.mode(r.registry().state().mode()));
        answer(PUT, "/mode", r -> {
            r.registry().setMode(null, r.mode());
            return RegistryJson.mode(r.mode());
        });
        answer(
                GET,
                "/mode/:subject",
                r -> RegistryJson.mode(
                        r.flag("defaultToGlobal") ? r.registry().effectiveMode(r.subject()) : r.ownMode()));
        answer(PUT, "/mode/:subject", r -> {
            r.registry().setMode(r.subject(), r.mode());
            return RegistryJson.mode(r.mode());
        });
        answer(DELETE, "/mode/:subject", r -> {
            var removed = r.ownMode();
            r.registry().setMode(r.subject(), null);
            return RegistryJson.mode(removed);
        });
    }
}
