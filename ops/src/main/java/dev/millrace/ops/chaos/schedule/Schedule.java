package dev.millrace.ops.chaos.schedule;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The faults of one run, by time.
 *
 * @param seed that they follow from
 * @param minutes how long clients go on
 * @param killsPerMinute asked for
 * @param small drawn for the small fleet
 */
public record Schedule(long seed, double minutes, double killsPerMinute, boolean small, List<Fault> faults) {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public Schedule {
        faults = List.copyOf(faults);
    }

    /** Writes it down. */
    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }

    /**
     * Reads what {@link #write} made, or somebody by hand.
     *
     * @throws IOException when it cannot be read, naming what is wrong
     */
    public static Schedule read(Path file) throws IOException {
        return JSON.readValue(Files.readAllBytes(file), Schedule.class);
    }

    /** How many end a process by kill −9. */
    public long kills() {
        return faults.stream().filter(Fault::kills).count();
    }
}
