package dev.millrace.ops.acceptance;

import dev.millrace.ops.client.Endpoints;
import dev.millrace.ops.stack.SharedStack;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The doors on the embedded broker and the embedded registry. */
final class TopicDoorIT extends TopicDoorContract {
    @RegisterExtension
    static final SharedStack STACK = new SharedStack();

    @Override
    Endpoints open() {
        return STACK.endpoints();
    }
}
