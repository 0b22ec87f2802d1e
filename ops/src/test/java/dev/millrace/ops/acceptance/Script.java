package dev.millrace.ops.acceptance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the built-in vendor is told to do with a call.
 *
 * @param model one of the {@code local} models
 * @param local the member {@code local} of the body
 */
record Script(String model, Map<String, Object> local) {
    /** Says what it is told. */
    static final Script ECHO = new Script("local/echo", Map.of());

    Script {
        local = Map.copyOf(local);
    }

    /** So many words, one every so many milliseconds. */
    static Script paced(int tokens, int gapMillis) {
        return new Script("local/lorem", Map.of("tokens", tokens, "gap_millis", gapMillis));
    }

    /** Fails in one way, after three words where the failure is one in mid-stream. */
    static Script failing(String failure) {
        return new Script("local/echo", Map.of("fail", failure, "gap_millis", 1));
    }

    /** Fails in the first attempt only. */
    static Script failingOnce(String failure) {
        return failing(failure).with("fail_attempts", 1);
    }

    /** The same at another provider that is a scripted vendor too. */
    Script at(String provider) {
        return new Script(provider + model.substring(model.indexOf('/')), local);
    }

    Script with(String member, Object value) {
        var more = new LinkedHashMap<>(local);
        more.put(member, value);
        return new Script(model, more);
    }

    /** A chat completion body that carries the script. */
    String body(String prompt, boolean stream, Map<String, ?> millrace) {
        var body = new LinkedHashMap<String, Object>();
        body.put("model", model);
        body.put("stream", stream);
        body.put("messages", List.of(Map.of("role", "user", "content", prompt)));
        if (!local.isEmpty()) {
            body.put("local", local);
        }
        if (!millrace.isEmpty()) {
            body.put("millrace", millrace);
        }
        return HttpDoor.write(body);
    }
}
