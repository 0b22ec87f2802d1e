package dev.millrace.worker.local;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** The scripted vendor's tokens: words, each with the white space before it, so that joining them gives the text back. */
final class Words {
    private static final Pattern WORD = Pattern.compile("\\s*\\S+|\\s+\\z");
    private static final String[] LOREM =
            ("lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut "
                            + "labore et dolore magna aliqua ut enim ad minim veniam quis nostrud exercitation ullamco laboris nisi "
                            + "ut aliquip ex ea commodo consequat")
                    .split(" ");

    private Words() {}

    static List<String> split(String text) {
        var words = new ArrayList<String>();
        var matcher = WORD.matcher(text);
        while (matcher.find()) {
            words.add(matcher.group());
        }
        return words;
    }

    /** Pieces of so many characters, the last one of what is left. */
    static List<String> pieces(String text, int chars) {
        var pieces = new ArrayList<String>();
        for (int from = 0; from < text.length(); from += chars) {
            pieces.add(text.substring(from, Math.min(text.length(), from + chars)));
        }
        return pieces;
    }

    static int count(String text) {
        int count = 0;
        var matcher = WORD.matcher(text);
        while (matcher.find()) {
            count++;
        }
        return count;
    }

    /** {@code count} words; the same seed gives the same words. */
    static List<String> lorem(int count, long seed) {
        var random = new SplittableRandom(seed);
        var words = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            words.add((i == 0 ? "" : " ") + LOREM[random.nextInt(LOREM.length)]);
        }
        return words;
    }
}
