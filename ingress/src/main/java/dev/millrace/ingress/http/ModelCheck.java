package dev.millrace.ingress.http;

import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.dialect.Call;
import dev.millrace.ingress.json.Mistake;
import java.util.List;

/** Whether the models of a call exist and can do what is asked. Pure. */
final class ModelCheck {
    private static final int NEAR_NAMES = 3;

    private ModelCheck() {}

    /** Throws {@link Mistake} for the first model that is unknown, does not do what is asked or has no price. */
    static void check(Catalogue catalogue, Call call) {
        check(catalogue, call.operation(), call.model(), "model");
        for (int i = 0; i < call.options().fallbacks().size(); i++) {
            check(catalogue, call.operation(), call.options().fallbacks().get(i), "millrace.fallbacks[" + i + "]");
        }
    }

    private static void check(Catalogue catalogue, Operation operation, String name, String param) {
        var model = catalogue
                .find(name)
                .orElseThrow(() -> new Mistake(ErrorCode.MODEL_NOT_FOUND, unknown(catalogue, name), param));
        if (!model.operations().contains(operation)) {
            throw Mistake.invalid(param, "The model '" + model.id() + "' does not do " + words(operation) + ".");
        }
        if (model.prices() == null) {
            throw new Mistake(
                    ErrorCode.MODEL_WITHOUT_PRICE,
                    "The model '" + model.id() + "' has no price in the catalogue, and is not served without one.",
                    param);
        }
    }

    private static String words(Operation operation) {
        return switch (operation) {
            case CHAT -> "chat completions";
            case COMPLETION -> "text completions";
            case EMBEDDING -> "embeddings";
            case IMAGE -> "images";
            case IMAGE_EDIT -> "image edits";
            case SPEECH -> "speech";
            case TRANSCRIPTION -> "transcriptions";
            case TRANSLATION -> "translations";
            case VIDEO -> "videos";
            case RERANK -> "reranking";
            case MODERATION -> "moderation";
            case RUN, UNKNOWN -> "native runs";
        };
    }

    static String unknown(Catalogue catalogue, String name) {
        var near = catalogue.nearNames(name, NEAR_NAMES);
        return "The model '" + name + "' does not exist or is not served here." + hint(near);
    }

    private static String hint(List<String> near) {
        return near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
    }
}
