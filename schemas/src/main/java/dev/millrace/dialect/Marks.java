package dev.millrace.dialect;

import java.util.Set;

/**
 * Marks: extensions whose name begins with a dialect's name and a dot, such as {@code openai-responses.item}.
 *
 * <p>A mark asks for nothing. It holds identities, boundaries and hints by which an adapter or writer of the same dialect restores what
 * came; everyone else leaves it out, and nothing is lost by that. An extension without such a prefix is a request or content, to be
 * carried or refused by name.
 */
public final class Marks {
    private static final Set<String> DIALECTS =
            Set.of("openai-chat", "openai-responses", "anthropic-messages", "anthropic", "gemini", "cohere", "bedrock");

    private Marks() {}

    /** Whether an extension of that name is a mark of whichever dialect. */
    public static boolean isMark(String name) {
        int dot = name.indexOf('.');
        return dot > 0 && DIALECTS.contains(name.substring(0, dot));
    }
}
