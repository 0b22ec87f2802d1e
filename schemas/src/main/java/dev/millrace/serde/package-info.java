/**
 * Avro in Confluent wire format: codecs, and Kafka serializers and deserializers over them.
 */
@NullMarked
package dev.millrace.serde;

import org.jspecify.annotations.NullMarked;
