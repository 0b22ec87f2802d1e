package dev.millrace.ops.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/** Someone who has never heard of Millrace: generic Avro, the wire format of Confluent's documentation and the registry's REST API. */
final class Outsider {
    private final URI registry;
    private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();

    Outsider(URI registry) {
        this.registry = URI.create(registry.toString().replaceAll("/+$", ""));
    }

    /** A schema and the id to write before its values. */
    record Registered(int id, Schema schema) {}

    /** The newest schema of a topic's values. */
    Registered latest(String topic) {
        var answer = get("/subjects/" + topic + "-value/versions/latest");
        return new Registered(
                answer.path("id").asInt(),
                new Schema.Parser().parse(answer.path("schema").asText()));
    }

    byte[] encode(Registered registered, GenericRecord value) {
        try (var out = new ByteArrayOutputStream()) {
            out.write(0);
            out.write(ByteBuffer.allocate(4).putInt(registered.id()).array());
            var encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<>(registered.schema()).write(value, encoder);
            encoder.flush();
            return out.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    GenericRecord decode(byte[] bytes) {
        var buffer = ByteBuffer.wrap(bytes);
        if (buffer.get() != 0) {
            throw new IllegalArgumentException("not in Confluent wire format");
        }
        var schema = schemas.computeIfAbsent(
                buffer.getInt(),
                id -> new Schema.Parser()
                        .parse(get("/schemas/ids/" + id).path("schema").asText()));
        try {
            var decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
            return new GenericDatumReader<GenericRecord>(schema).read(null, decoder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode get(String path) {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(registry + path)).build();
            var response = client.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(path + ": " + response.statusCode() + " " + response.body());
            }
            return HttpDoor.read(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
