package dev.millrace.ingress.http;

import dev.millrace.avro.Operation;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.error.ErrorCode;
import dev.millrace.ingress.json.Mistake;
import dev.millrace.ingress.openai.ChatCall;
import java.util.List;

/** Whether the models of a call exist and can do what is asked. Pure. */
final class ModelCheck {
    private static final int NEAR_NAMES = 3;

    private ModelCheck() {}

    /** Throws {@link Mistake} for the first model that is unknown or does not chat. */
    static void chat(Catalogue catalogue, ChatCall call) {
        check(catalogue, call.model(), "model");
        for (int i = 0; i < call.options().fallbacks().size(); i++) {
            check(catalogue, call.options().fallbacks().get(i), "millrace.fallbacks[" + i + "]");
        }
    }

    private static void check(Catalogue catalogue, String name, String param) {
        var model = catalogue
                .find(name)
                .orElseThrow(() -> new Mistake(ErrorCode.MODEL_NOT_FOUND, unknown(catalogue, name), param));
        if (!model.operations().contains(Operation.CHAT)) {
            throw Mistake.invalid(param, "The model '" + model.id() + "' does not do chat completions.");
        }
    }

    static String unknown(Catalogue catalogue, String name) {
        var near = catalogue.nearNames(name, NEAR_NAMES);
        return "The model '" + name + "' does not exist or is not served here." + hint(near);
    }

    private static String hint(List<String> near) {
        return near.isEmpty() ? "" : " Did you mean " + String.join(", ", near) + "?";
    }
}
