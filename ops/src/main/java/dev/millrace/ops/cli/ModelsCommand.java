package dev.millrace.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.catalogue.CatalogueException;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.CatalogueLoader.Document;
import dev.millrace.ops.config.CatalogueSection;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "models",
        description = "List the models that can be called, or check catalogue documents before they are put in force.")
final class ModelsCommand implements Callable<Integer> {
    private final Session session;

    @Option(names = "--json", description = "Print the server's JSON.")
    private boolean json;

    @Option(names = "--provider", paramLabel = "ID", description = "Only this provider's.")
    private @Nullable String provider;

    @Option(
            names = "--operation",
            paramLabel = "NAME",
            description = "Only models for this, such as chat or embedding.")
    private @Nullable String operation;

    @Option(
            names = "--capability",
            paramLabel = "NAME",
            description = "Only models with this, such as tools or vision.")
    private @Nullable String capability;

    @Option(
            names = "--check",
            description = "Ask no server: say whether the configured catalogue, with FILE over it, can be used.")
    private boolean check;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "With --check: catalogue documents.")
    private List<Path> files = new ArrayList<>();

    ModelsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        if (check) {
            return checked();
        }
        if (!files.isEmpty()) {
            throw new CommandFailure(ExitCode.USAGE, "Files are looked at with --check only.");
        }
        try (var client = session.client()) {
            var body = client.get("/v1/models" + query()).body();
            session.console().out().print(json ? body + "\n" : table(body.path("data")));
        }
        return ExitCode.FINE;
    }

    private String query() {
        var query = new StringJoiner("&", "?", "").setEmptyValue("");
        add(query, "provider", provider);
        add(query, "operation", operation);
        add(query, "capability", capability);
        return query.toString();
    }

    private static void add(StringJoiner query, String name, @Nullable String value) {
        if (value != null) {
            query.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8));
        }
    }

    private static String table(JsonNode models) {
        var table = new TextTable("ID", "OPERATIONS", "INPUT", "CONTEXT", "$ IN/M", "$ OUT/M", "NOTE");
        for (var model : models) {
            var prices = model.path("pricing").path("per_million");
            table.row(
                    model.path("id").asText(),
                    joined(model.path("operations")),
                    joined(model.path("input_modalities")),
                    model.path("context_length").asText("-"),
                    prices.path("input").asText("-"),
                    prices.path("output").asText("-"),
                    note(model));
        }
        return table.toString();
    }

    private static String joined(JsonNode words) {
        var joined = new StringJoiner(",");
        words.forEach(word -> joined.add(word.asText()));
        return joined.toString();
    }

    private static String note(JsonNode model) {
        if (model.path("pricing").isNull()) {
            return "no price";
        }
        var deprecated = model.path("deprecated");
        if (deprecated.isMissingNode()) {
            return "-";
        }
        var replacement = deprecated.path("replacement").asText("");
        return replacement.isEmpty() ? "deprecated" : "deprecated, see " + replacement;
    }

    private int checked() {
        var documents = new ArrayList<>(CatalogueSection.documents(session.configuration()));
        for (var file : files) {
            try {
                documents.add(new Document(file.toString(), Files.readString(file)));
            } catch (IOException e) {
                throw new CommandFailure(ExitCode.USAGE, "The file " + file + " cannot be read: " + e);
            }
        }
        try {
            var catalogue = CatalogueLoader.loadDocuments(documents);
            session.console()
                    .out()
                    .println("The catalogue is good: " + catalogue.providers().size() + " providers, "
                            + catalogue.models().size() + " models.");
            return ExitCode.FINE;
        } catch (CatalogueException e) {
            e.mistakes().forEach(session.console().err()::println);
            return ExitCode.NO;
        }
    }
}
