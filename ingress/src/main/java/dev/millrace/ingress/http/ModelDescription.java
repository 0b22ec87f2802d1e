package dev.millrace.ingress.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Capability;
import dev.millrace.catalogue.Deprecation;
import dev.millrace.catalogue.Modality;
import dev.millrace.catalogue.Model;
import dev.millrace.catalogue.Prices;
import java.math.BigDecimal;
import java.util.Collection;
import java.util.Locale;
import java.util.TreeMap;

/** A model as {@code /v1/models} shows it: OpenAI's members and ours beside them. */
final class ModelDescription {
    private ModelDescription() {}

    static ObjectNode of(Model model) {
        var body = Answers.JSON.createObjectNode();
        body.put("id", model.id());
        body.put("object", "model");
        body.put("created", 0);
        body.put("owned_by", model.provider());
        words(body.putArray("aliases"), model.aliases());
        words(
                body.putArray("operations"),
                model.operations().stream().map(ModelDescription::word).sorted().toList());
        var traits = model.traits();
        words(
                body.putArray("input_modalities"),
                traits.input().stream().map(Modality::word).toList());
        words(
                body.putArray("output_modalities"),
                traits.output().stream().map(Modality::word).toList());
        words(
                body.putArray("capabilities"),
                traits.capabilities().stream().map(Capability::word).toList());
        if (model.contextTokens() > 0) {
            body.put("context_length", model.contextTokens());
        }
        if (model.maxOutputTokens() > 0) {
            body.put("max_output_tokens", model.maxOutputTokens());
        }
        var prices = model.prices();
        if (prices == null) {
            body.putNull("pricing");
        } else {
            body.set("pricing", pricing(prices));
        }
        var deprecation = traits.deprecation();
        if (deprecation != null) {
            body.set("deprecated", deprecated(deprecation));
        }
        return body;
    }

    static String word(Operation operation) {
        return operation.name().toLowerCase(Locale.ROOT);
    }

    /** Dollars per million units, for units that are counted one by one as well; a tier is {@code input@200000}. */
    private static ObjectNode pricing(Prices prices) {
        var dollars = Answers.JSON.createObjectNode();
        new TreeMap<>(prices.nanosPerMillion()).forEach((unit, nanos) -> {
            var exact = BigDecimal.valueOf(nanos, 9).stripTrailingZeros();
            dollars.put(unit, exact.scale() < 0 ? exact.setScale(0) : exact);
        });
        var pricing = Answers.JSON.createObjectNode().put("currency", "usd");
        pricing.set("per_million", dollars);
        return pricing;
    }

    private static ObjectNode deprecated(Deprecation deprecation) {
        var body = Answers.JSON.createObjectNode();
        if (deprecation.since() != null) {
            body.put("since", deprecation.since().toString());
        }
        if (deprecation.shutdown() != null) {
            body.put("shutdown", deprecation.shutdown().toString());
        }
        if (deprecation.replacement() != null) {
            body.put("replacement", deprecation.replacement());
        }
        return body;
    }

    private static void words(ArrayNode array, Collection<String> words) {
        words.forEach(array::add);
    }
}
