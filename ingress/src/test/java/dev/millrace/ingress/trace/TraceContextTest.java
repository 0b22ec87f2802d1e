package dev.millrace.ingress.trace;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String PARENT = "00-" + TRACE + "-b7ad6b7169203331-00";

    @Test
    void continuesTheCallersTraceWithASpanOfItsOwn() {
        var trace = TraceContext.continued(PARENT, "a=1");

        assertThat(trace.traceId()).isEqualTo(TRACE);
        assertThat(trace.spanId()).matches("[0-9a-f]{16}").isNotEqualTo("b7ad6b7169203331");
        assertThat(trace.flags()).isEqualTo("00");
        assertThat(trace.state()).isEqualTo("a=1");
        assertThat(trace.traceparent()).isEqualTo("00-" + TRACE + "-" + trace.spanId() + "-00");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "garbage",
                "00-00000000000000000000000000000000-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"
            })
    void beginsATraceWhenTheCallersIsNotUsable(String traceparent) {
        var trace = TraceContext.continued(traceparent, "a=1");

        assertThat(trace.traceId()).matches("[0-9a-f]{32}").isNotEqualTo(TRACE);
        assertThat(trace.flags()).isEqualTo("01");
        assertThat(trace.state()).isNull();
    }

    @Test
    void acceptsFieldsOfALaterVersion() {
        assertThat(TraceContext.continued("01" + PARENT.substring(2) + "-x", null)
                        .traceId())
                .isEqualTo(TRACE);
    }

    @Test
    void dropsAStateThatIsNotOneLineOfText() {
        assertThat(TraceContext.continued(PARENT, "a=\r\nx").state()).isNull();
        assertThat(TraceContext.continued(PARENT, "a".repeat(513)).state()).isNull();
    }
}
