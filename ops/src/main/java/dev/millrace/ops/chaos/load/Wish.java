package dev.millrace.ops.chaos.load;

import dev.millrace.ops.vendor.BenchModel;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What one client wants: a function of the run's seed and the client's number.
 *
 * @param number of the client, from 0
 * @param marker by which the vendor's invoice names the call; unique in the run
 * @param acceptsRestart whether it understands that a text begins anew
 * @param luck for what the client does by chance
 */
public record Wish(
        long number,
        Behaviour behaviour,
        String account,
        BenchModel model,
        String marker,
        boolean acceptsRestart,
        long luck) {
    private static final int FEW_DELTAS = 9;

    /** The wish of client {@code number}. */
    public static Wish of(long seed, long number, List<String> accounts) {
        var random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + number);
        var behaviour = Behaviour.draw(random);
        var model = behaviour.isLong()
                ? new BenchModel(
                        50,
                        40 + random.nextInt(40),
                        100 + random.nextInt(100),
                        8,
                        20 + random.nextInt(80),
                        firstNumber(random),
                        false)
                : new BenchModel(
                        random.nextInt(30),
                        1 + random.nextInt(FEW_DELTAS),
                        random.nextInt(5) == 0 ? 3 : 0,
                        8,
                        5 + random.nextInt(60),
                        firstNumber(random),
                        false);
        return new Wish(
                number,
                behaviour,
                accounts.get(random.nextInt(accounts.size())),
                model,
                "c" + seed + "-" + number,
                behaviour.isLong() ? random.nextInt(10) < 8 : random.nextBoolean(),
                random.nextLong());
    }

    /** Few have the same, so that a reply that was meant for another client is another text. */
    private static int firstNumber(SplittableRandom random) {
        return 100 + random.nextInt(900);
    }

    /** What the vendor says when it says all. */
    public String expectedText() {
        return model.text();
    }

    /** What goes into the prompt, so that the vendor's invoice can be told apart by job. */
    String prompt() {
        return "Count. job-marker:" + marker;
    }
}
