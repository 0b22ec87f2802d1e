package dev.millrace.router.course;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.JobState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RevisionTest {
    /** A member that is added to the schema and forgotten in the revision would be lost at a job's next step. */
    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void holdsEveryMemberOfTheJob(long seed) throws IOException {
        // Given
        var job = anyJob(seed);
        // When
        var revision = Revision.of(job).build();
        // Then
        assertThat(revision).isEqualTo(job);
    }

    private static JobState anyJob(long seed) throws IOException {
        var schema = JobState.getClassSchema();
        var bytes = new ByteArrayOutputStream();
        var encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
        new GenericDatumWriter<Object>(schema)
                .write(new RandomData(schema, 1, seed).iterator().next(), encoder);
        return new SpecificDatumReader<JobState>(schema)
                .read(null, DecoderFactory.get().binaryDecoder(bytes.toByteArray(), null));
    }
}
