package dev.millrace.worker.media;

import java.math.BigInteger;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A size written {@code 1280x720}. */
public record PixelSize(int width, int height) {
    private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})[x*:]([1-9][0-9]{0,4})");

    /** The {@code size} of a task; null when it was not given, is {@code auto}, or is none, which is a problem. */
    public static @Nullable PixelSize of(TaskOrder task) {
        var text = task.parameters().text("size");
        if (text == null || text.equals("auto")) {
            return null;
        }
        var match = FORM.matcher(text);
        if (!match.matches()) {
            task.parameters().refuse("size", "must be like 1280x720");
            return null;
        }
        return new PixelSize(Integer.parseInt(match.group(1)), Integer.parseInt(match.group(2)));
    }

    /** In lowest terms, such as {@code 16:9}. */
    public String ratio() {
        int divisor = BigInteger.valueOf(width).gcd(BigInteger.valueOf(height)).intValueExact();
        return width / divisor + ":" + height / divisor;
    }

    /** The vendors' word for a resolution: its shorter side, such as {@code 720p}. */
    public String lines() {
        return Math.min(width, height) + "p";
    }

    public String text(String between) {
        return width + between + height;
    }
}
