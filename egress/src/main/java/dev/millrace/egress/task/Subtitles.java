package dev.millrace.egress.task;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Text with times, as subtitle files hold it. Pure. */
record Subtitles(List<Cue> cues, String ready) {
    private static final int WORDS_PER_CUE = 8;
    private static final Pattern READY = Pattern.compile("\\s*(WEBVTT|1\\s*\\R\\d\\d:\\d\\d:).*", Pattern.DOTALL);

    record Cue(double startSeconds, double endSeconds, String text) {}

    /**
     * From segments where there are any, else from words; a text without either is one cue of the whole length. A vendor that answers with
     * a subtitle file gives the text as it is to stand.
     */
    static Subtitles of(String text, JsonNode segments, JsonNode words, double seconds) {
        if (READY.matcher(text).matches()) {
            return new Subtitles(List.of(), text);
        }
        var cues = new ArrayList<Cue>();
        for (var segment : segments) {
            cues.add(cue(segment, segment, segment.path("text").asText()));
        }
        for (int i = 0; segments.isEmpty() && i < words.size(); i += WORDS_PER_CUE) {
            cues.add(words(words, i, Math.min(words.size(), i + WORDS_PER_CUE)));
        }
        if (cues.isEmpty() && !text.isEmpty()) {
            cues.add(new Cue(0, seconds, text));
        }
        return new Subtitles(cues, "");
    }

    private static Cue words(JsonNode words, int from, int to) {
        var text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(i == from ? "" : " ").append(words.get(i).path("word").asText());
        }
        return cue(words.get(from), words.get(to - 1), text.toString());
    }

    private static Cue cue(JsonNode first, JsonNode last, String text) {
        return new Cue(first.path("start").asDouble(), last.path("end").asDouble(), text.strip());
    }

    String srt() {
        if (!ready.isEmpty()) {
            return ready;
        }
        var out = new StringBuilder();
        for (int i = 0; i < cues.size(); i++) {
            out.append(i + 1).append('\n');
            append(out, cues.get(i), ',');
        }
        return out.toString();
    }

    String vtt() {
        if (!ready.isEmpty()) {
            return ready;
        }
        var out = new StringBuilder("WEBVTT\n\n");
        cues.forEach(cue -> append(out, cue, '.'));
        return out.toString();
    }

    private static void append(StringBuilder out, Cue cue, char point) {
        out.append(time(cue.startSeconds(), point))
                .append(" --> ")
                .append(time(cue.endSeconds(), point))
                .append('\n')
                .append(cue.text())
                .append("\n\n");
    }

    private static String time(double seconds, char point) {
        long millis = Math.round(Math.max(0, seconds) * 1000);
        return String.format(
                Locale.ROOT,
                "%02d:%02d:%02d%c%03d",
                millis / 3_600_000,
                millis / 60_000 % 60,
                millis / 1000 % 60,
                point,
                millis % 1000);
    }
}
