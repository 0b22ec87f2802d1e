package dev.millrace.ops.chaos.load;

import dev.millrace.ops.chaos.stage.Stage;
import dev.millrace.ops.history.Promise;
import io.github.resilience4j.core.IntervalFunction;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One client from its wish to its last word. Runs on a thread of its own; not thread-safe. */
final class Client {
    private static final int MOST_TRIES = 8;
    private static final int MOST_READS = 60;

    /** Longer and longer, as SDKs wait: clients that come at once again would keep a fleet down that has just lost somebody. */
    private static final IntervalFunction WAITS =
            IntervalFunction.ofExponentialRandomBackoff(Duration.ofMillis(400), 2, 0.5, Duration.ofSeconds(10));

    private final Wish wish;
    private final String key;
    private final Doors doors;
    private final Doors readingDoors;
    private final TopicDoor topic;
    private final ClientLog log;
    private final StreamWatch watch;
    private final SplittableRandom random;

    /**
     * A client.
     *
     * @param doors where it can submit
     * @param readingDoors where it can read, those included
     */
    Client(Wish wish, String key, Doors doors, Doors readingDoors, TopicDoor topic, ClientLog log, StreamWatch watch) {
        this.wish = wish;
        this.key = key;
        this.doors = doors;
        this.readingDoors = readingDoors;
        this.topic = topic;
        this.log = log;
        this.watch = watch;
        this.random = new SplittableRandom(wish.luck());
    }

    void run() throws InterruptedException {
        try {
            act();
        } catch (Door.MalformedAnswer e) {
            log.complain(
                    Promise.SEEN_TEXT,
                    "",
                    wish.behaviour() + " of client " + wish.number() + " read what is " + e.getMessage());
        }
    }

    private void act() throws InterruptedException {
        switch (wish.behaviour()) {
            case CHAT -> chat();
            case CHAT_STREAM, CHAT_VANISH -> chatStream();
            case JOB -> read(submitJob("interactive"), Integer.MAX_VALUE);
            case JOB_BATCH -> submitJob("batch");
            case JOB_TWICE -> submitTwice();
            case TOPIC -> submitOnTopic();
            case LONG, LONG_MOVES, LONG_VANISH -> {
                int leavesAfter =
                        wish.behaviour() == Behaviour.LONG_VANISH ? 1 + random.nextInt(20) : Integer.MAX_VALUE;
                read(submitJob("interactive"), leavesAfter);
            }
        }
    }

    private static void pause(int triesBefore) throws InterruptedException {
        Thread.sleep(WAITS.apply(triesBefore + 1));
    }

    private String body(boolean stream, String lane) {
        var body = Door.JSON
                .createObjectNode()
                .put("model", Stage.PROVIDER + "/" + wish.model().name())
                .put("stream", stream);
        body.putArray("messages").addObject().put("role", "user").put("content", wish.prompt());
        var options = body.putObject("millrace");
        options.put("accept_restart", wish.acceptsRestart());
        options.put("lane", lane);
        return body.toString();
    }

    private Map<String, String> headers(boolean retries) {
        return retries ? Map.of("Idempotency-Key", "key-" + wish.marker()) : Map.of();
    }

    /** Half of them come again with the same key when they got no answer; a new job would be a second one. */
    private void chat() throws InterruptedException {
        boolean retries = random.nextBoolean();
        var body = body(false, "interactive");
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var door = doors.any(random);
            try {
                var answer = door.post("/v1/chat/completions", key, body, headers(retries));
                if (!answer.jobId().isEmpty()) {
                    log.accepted(answer.jobId(), wish);
                }
                if (answer.status() == 200) {
                    compareWhole(answer);
                    return;
                }
                log.count("chat: HTTP " + answer.status() + " " + code(answer));
                if (!answer.jobId().isEmpty()) {
                    return;
                }
            } catch (IOException broken) {
                doors.shut(door);
                log.count("chat: connection broke");
                if (!retries) {
                    return;
                }
            }
            pause(tries);
        }
        log.count("chat: gave up");
    }

    /** The error's code, whichever of the two formats it came in. */
    private static String code(Door.Answer answer) {
        var json = answer.json();
        return json.path("error").path("code").asText(json.path("code").asText());
    }

    private void compareWhole(Door.Answer answer) {
        var text = answer.json()
                .path("choices")
                .path(0)
                .path("message")
                .path("content")
                .asText();
        log.looked(Promise.SEEN_TEXT);
        log.sawEnd(answer.jobId(), "completed");
        if (!text.equals(wish.expectedText())) {
            log.complain(Promise.SEEN_TEXT, answer.jobId(), "a whole answer with another text: " + sketch(text));
        }
    }

    private void chatStream() throws InterruptedException {
        var body = body(true, "interactive");
        int leavesAfter = wish.behaviour() == Behaviour.CHAT_VANISH ? 1 + random.nextInt(2) : Integer.MAX_VALUE;
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var door = doors.any(random);
            var job = "";
            try (var events = door.stream("/v1/chat/completions", key, body, Map.of())) {
                job = events.jobId();
                if (!job.isEmpty()) {
                    log.accepted(job, wish);
                }
                if (events.status() == 200) {
                    if (readChat(events, leavesAfter)) {
                        return;
                    }
                    log.count("chat stream: broke off");
                } else {
                    log.count("chat stream: HTTP " + events.status());
                    if (job.isEmpty()) {
                        pause(tries);
                        continue;
                    }
                    return;
                }
            } catch (IOException broken) {
                doors.shut(door);
                log.count("chat stream: connection broke");
            }
            if (wish.behaviour() == Behaviour.CHAT_STREAM) {
                // the dialect has no way to go on, but its job has
                read(job, Integer.MAX_VALUE);
            }
            return;
        }
        log.count("chat stream: gave up");
    }

    /** False when the stream broke off before its end, and its reader had not left. */
    private boolean readChat(Door.Events events, int leavesAfter) throws IOException {
        var text = new StringBuilder();
        boolean failed = false;
        int seen = 0;
        for (var event = events.next(); event != null && seen < leavesAfter; event = events.next(), seen++) {
            if (event.data().equals("[DONE]")) {
                log.looked(Promise.SEEN_TEXT);
                if (!failed) {
                    log.sawEnd(events.jobId(), "completed");
                    if (!text.toString().equals(wish.expectedText())) {
                        log.complain(Promise.SEEN_TEXT, events.jobId(), "[DONE] after " + sketch(text.toString()));
                    }
                }
                return true;
            }
            var json = Door.json(event.data());
            failed |= json.has("error");
            if (event.name().contains("restart")
                    || json.has("restarted")
                    || json.path("millrace").has("restarted")) {
                if (!wish.acceptsRestart() && !text.isEmpty()) {
                    log.complain(Promise.SEEN_TEXT, events.jobId(), "a restart after " + sketch(text.toString()));
                }
                text.setLength(0);
            }
            text.append(
                    json.path("choices").path(0).path("delta").path("content").asText(""));
            requirePrefix(events.jobId(), text);
        }
        if (seen >= leavesAfter) {
            log.count("chat stream: reader left");
            return true;
        }
        if (failed) {
            log.count("chat stream: ended in an error");
        }
        return failed;
    }

    private void requirePrefix(String jobId, StringBuilder text) {
        if (!wish.expectedText().startsWith(text.toString())) {
            log.complain(Promise.SEEN_TEXT, jobId, "saw " + sketch(text.toString()));
            text.setLength(0);
        }
    }

    private static String sketch(String text) {
        return text.length() + " characters '"
                + (text.length() > 60 ? text.substring(0, 30) + "…" + text.substring(text.length() - 28) : text) + "'";
    }

    /** Submits with a key and comes again until somebody takes it; empty when nobody did. */
    private String submitJob(String lane) throws InterruptedException {
        var body = body(true, lane);
        for (int tries = 0; tries < MOST_TRIES; tries++) {
            var door = doors.any(random);
            try {
                var answer = door.post("/v1/jobs", key, body, headers(true));
                if (answer.status() == 202
                        || (answer.status() == 200 && !answer.jobId().isEmpty())) {
                    log.accepted(answer.jobId(), wish);
                    return answer.jobId();
                }
                log.count("job: HTTP " + answer.status() + " " + code(answer));
            } catch (IOException broken) {
                doors.shut(door);
                log.count("job: connection broke");
            }
            pause(tries);
        }
        log.count("job: gave up");
        return "";
    }

    private void submitTwice() throws InterruptedException {
        var body = body(true, "interactive");
        try (var both = Executors.newVirtualThreadPerTaskExecutor()) {
            var answers = doors.all().stream()
                    .limit(2)
                    .map(door -> both.submit(() -> door.post("/v1/jobs", key, body, headers(true))))
                    .toList();
            var first = "";
            for (Future<Door.Answer> each : answers) {
                var job = jobOf(each);
                if (!job.isEmpty() && !first.isEmpty() && !job.equals(first)) {
                    log.complain(Promise.ONE_JOB, job, "the same key was given " + first + " too");
                }
                first = job.isEmpty() ? first : job;
            }
        }
    }

    private String jobOf(Future<Door.Answer> answer) throws InterruptedException {
        try {
            var got = answer.get();
            if (got.status() == 202 || (got.status() == 200 && !got.jobId().isEmpty())) {
                log.accepted(got.jobId(), wish);
                return got.jobId();
            }
            log.count("job twice: HTTP " + got.status());
        } catch (ExecutionException broken) {
            log.count("job twice: connection broke");
        }
        return "";
    }

    private void submitOnTopic() throws InterruptedException {
        var job = "topic-" + wish.marker();
        try {
            topic.submit(job, wish).get();
            log.accepted(job, wish);
        } catch (ExecutionException e) {
            log.count("topic: not acknowledged");
        }
    }

    /** Reads a job's events to the end; whenever the connection breaks, goes on where it was at another door. */
    private void read(String job, int leavesAfter) throws InterruptedException {
        if (job.isEmpty()) {
            return;
        }
        var reading = new Reading(job, wish, log, watch);
        try {
            read(reading, job, leavesAfter);
        } finally {
            watch.left(job);
            if (!reading.over() && reading.seen() < leavesAfter) {
                log.gaveUpReading(job);
            }
        }
        log.count(
                reading.over()
                        ? "events: read to the end"
                        : reading.seen() >= leavesAfter ? "events: reader left" : "events: gave up");
    }

    private void read(Reading reading, String job, int leavesAfter) throws InterruptedException {
        int inVain = 0;
        for (int tries = 0; tries < MOST_READS && !reading.over() && reading.seen() < leavesAfter; tries++) {
            int before = reading.seen();
            var door = readingDoors.any(random);
            try (var events = door.events(job, key, reading.lastEventId())) {
                if (events.status() == 204) {
                    break;
                }
                if (events.status() == 200) {
                    int breaksAfter = wish.behaviour() == Behaviour.LONG_MOVES
                            ? before + 1 + random.nextInt(15)
                            : Integer.MAX_VALUE;
                    reading.read(events, Math.min(leavesAfter, breaksAfter));
                } else {
                    log.count("events: HTTP " + events.status());
                }
            } catch (IOException broken) {
                readingDoors.shut(door);
                log.count("events: connection broke");
            }
            if (reading.seen() > before) {
                inVain = 0;
            } else if (!reading.over()) {
                pause(inVain++);
            }
        }
    }
}
