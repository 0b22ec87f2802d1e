package dev.millrace.ops.vendor;

import dev.millrace.ops.vendor.ServedCall.Begun;
import dev.millrace.ops.vendor.ServedCall.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The calls that are over, numbered from 1 in the order of their ends. Keeps the newest in columns, some 50 bytes a call and its marker;
 * the oldest are forgotten. Not thread-safe.
 */
final class CallLog {
    private static final int SEGMENT_CALLS = 4096;

    private final ArrayDeque<Segment> segments = new ArrayDeque<>();
    private final Map<String, Integer> modelIds = new HashMap<>();
    private final List<String> models = new ArrayList<>();
    private final int mostSegments;
    private long last;

    /** @param mostCalls how many are kept at least, rounded up to a multiple of 4096 */
    CallLog(int mostCalls) {
        this.mostSegments = Math.ceilDiv(mostCalls, SEGMENT_CALLS) + 1;
    }

    private static final class Segment {
        private final long first;
        private final int[] call = new int[SEGMENT_CALLS];
        private final int[] model = new int[SEGMENT_CALLS];
        private final String[] marker = new String[SEGMENT_CALLS];
        private final short[] attempt = new short[SEGMENT_CALLS];
        private final Outcome[] outcome = new Outcome[SEGMENT_CALLS];
        private final short[] status = new short[SEGMENT_CALLS];
        private final int[] input = new int[SEGMENT_CALLS];
        private final int[] output = new int[SEGMENT_CALLS];
        private final int[] sent = new int[SEGMENT_CALLS];
        private final long[] start = new long[SEGMENT_CALLS];
        private final int[] duration = new int[SEGMENT_CALLS];
        private int size;

        Segment(long first) {
            this.first = first;
        }
    }

    /** Keeps one; gives its number. */
    long add(ServedCall served) {
        var newest = segments.peekLast();
        if (newest == null || newest.size == SEGMENT_CALLS) {
            newest = new Segment(last + 1);
            segments.add(newest);
            if (segments.size() > mostSegments) {
                segments.removeFirst();
            }
        }
        int i = newest.size++;
        var call = served.call();
        newest.call[i] = (int) call.call();
        newest.model[i] = modelId(call.model());
        newest.marker[i] = call.marker();
        newest.attempt[i] = (short) Math.min(call.attempt(), Short.MAX_VALUE);
        newest.outcome[i] = served.outcome();
        newest.status[i] = (short) served.status();
        newest.input[i] = Math.toIntExact(served.inputTokens());
        newest.output[i] = Math.toIntExact(served.outputTokens());
        newest.sent[i] = Math.toIntExact(served.sentTokens());
        newest.start[i] = call.startMillis();
        newest.duration[i] = Math.clamp(served.endMillis() - call.startMillis(), 0, Integer.MAX_VALUE);
        return ++last;
    }

    private int modelId(String model) {
        var known = modelIds.get(model);
        if (known != null) {
            return known;
        }
        models.add(model);
        modelIds.put(model, models.size() - 1);
        return models.size() - 1;
    }

    /** Up to so many of the calls with a greater number, one line of JSON each; empty when there are none. */
    String after(long number, int mostCalls) {
        var lines = new StringBuilder();
        int count = 0;
        for (var segment : segments) {
            long from = Math.max(0, number - segment.first + 1);
            for (long i = from; i < segment.size && count < mostCalls; i++, count++) {
                at(segment, (int) i).writeTo(lines, segment.first + i);
            }
        }
        return lines.toString();
    }

    private ServedCall at(Segment segment, int i) {
        var call = new Begun(
                segment.call[i], models.get(segment.model[i]), segment.marker[i], segment.attempt[i], segment.start[i]);
        return new ServedCall(
                call,
                segment.outcome[i],
                segment.status[i],
                segment.input[i],
                segment.output[i],
                segment.sent[i],
                segment.start[i] + segment.duration[i]);
    }
}
