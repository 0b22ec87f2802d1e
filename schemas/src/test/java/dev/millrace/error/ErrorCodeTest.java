package dev.millrace.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorCodeTest {
    @ParameterizedTest
    @EnumSource
    void travelsByItsCode(ErrorCode error) {
        assertThat(error.code()).matches("[a-z]+(_[a-z]+)*");
        assertThat(ErrorCode.ofCode(error.code())).isSameAs(error);
    }

    @ParameterizedTest
    @EnumSource
    void givesItsCodeAndStatusToTheRecord(ErrorCode error) {
        // When
        var detail = error.detail("what was wrong");
        // Then
        assertThat(detail.getCode()).isEqualTo(error.code());
        assertThat(detail.getHttpStatus()).isEqualTo(error.httpStatus()).isBetween(400, 599);
        assertThat(detail.getMessage()).isEqualTo("what was wrong");
        assertThat(detail.getVendorStatus()).isNull();
        assertThat(detail.getRetryable()).isFalse();
    }

    @Test
    void hasNoCodeTwice() {
        assertThat(Arrays.stream(ErrorCode.values()).map(ErrorCode::code)).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource
    void blamesThePlatformOnlyWithAServerError(ErrorCode error) {
        if (error.fault() == ErrorCode.Fault.PLATFORM) {
            assertThat(error.httpStatus()).isGreaterThanOrEqualTo(500);
        } else if (error.fault() == ErrorCode.Fault.CLIENT) {
            assertThat(error.httpStatus()).isLessThan(500);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "INTERNAL", "code_of_a_newer_version"})
    void takesAnUnknownCodeForAnInternalError(String code) {
        assertThat(ErrorCode.ofCode(code)).isSameAs(ErrorCode.INTERNAL);
    }
}
