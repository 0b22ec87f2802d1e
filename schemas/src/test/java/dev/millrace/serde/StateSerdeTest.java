package dev.millrace.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.CreditBalance;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.MissingSchemaException;
import org.junit.jupiter.api.Test;

class StateSerdeTest {
    private static final Schema OLDER = new Schema.Parser()
            .parse("{\"type\":\"record\",\"name\":\"CreditBalance\",\"namespace\":\"dev.millrace.avro\","
                    + "\"fields\":[{\"name\":\"account\",\"type\":\"string\"}]}");

    private final StateSerde<CreditBalance> serde = new StateSerde<>(CreditBalance.class);

    @Test
    void readsBackWhatItWrote() {
        var balance = CreditBalance.newBuilder().setAccount("acme").setJobs(3).build();

        assertThat(serde.deserializer().deserialize("store", serde.serializer().serialize("store", balance)))
                .isEqualTo(balance);
    }

    @Test
    void leavesNullAlone() {
        assertThat(serde.serializer().serialize("store", null)).isNull();
        assertThat(serde.deserializer().deserialize("store", (byte[]) null)).isNull();
    }

    @Test
    void readsWhatAnOlderVersionLeft() throws IOException {
        var bytes = older("acme");

        var read = new StateSerde<>(CreditBalance.class, OLDER).deserializer().deserialize("store", bytes);

        assertThat(read.getAccount()).isEqualTo("acme");
        assertThat(read.getJobs()).isZero();
    }

    @Test
    void doesNotGuessAtASchemaItWasNotTold() throws IOException {
        var bytes = older("acme");

        assertThatThrownBy(() -> serde.deserializer().deserialize("store", bytes))
                .isInstanceOf(MissingSchemaException.class);
    }

    private static byte[] older(String account) throws IOException {
        var record = new GenericData.Record(OLDER);
        record.put("account", account);
        var out = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericData.Record>(GenericData.get(), OLDER).encode(record, out);
        return out.toByteArray();
    }
}
