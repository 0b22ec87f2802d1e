package dev.millrace.ops.registry;

import java.util.Collection;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;

/**
 * A parsed Avro schema and its canonical text.
 *
 * @param schema with the referenced types in it
 * @param canonical as Avro prints it; referenced types by name only
 */
record AvroText(Schema schema, String canonical) {
    /**
     * Parses a schema that may use the types of {@code referenced} by name.
     *
     * @throws RegistryRefusal when the text is no valid Avro schema
     */
    static AvroText parse(String text, Collection<Schema> referenced) {
        if (text.isBlank()) {
            throw RegistryError.INVALID_SCHEMA.refusal("Empty schema");
        }
        try {
            var parser = new Schema.Parser(NameValidator.STRICT_VALIDATOR).addTypes(referenced);
            parser.setValidateDefaults(true);
            var schema = parser.parse(text);
            return new AvroText(schema, withoutTypes(schema, referenced));
        } catch (RuntimeException e) {
            // On garbage, Avro's parser throws its own exceptions but also those of the collections it uses.
            throw RegistryError.INVALID_SCHEMA.refusal("Invalid schema: " + e.getMessage());
        }
    }

    @SuppressWarnings("deprecation") // the formatter that replaces it always inlines
    private static String withoutTypes(Schema schema, Collection<Schema> referenced) {
        return schema.toString(referenced, false);
    }
}
