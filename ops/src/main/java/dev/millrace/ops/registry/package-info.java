/**
 * A schema registry for the development stack that speaks Confluent's REST API for Avro and keeps its state in a
 * compacted Kafka topic.
 *
 * <p>{@link dev.millrace.ops.registry.EmbeddedRegistry} is the way in. Rules are in {@code Compatibility} and
 * {@code RegistryState}, operations in {@code Registry}, HTTP in {@code RegistryRoutes}, Kafka in {@code RegistryLog}.
 * The registry's client lives in {@code dev.millrace.registry}; nothing here knows which schemas the project has.
 */
@NullMarked
package dev.millrace.ops.registry;

import org.jspecify.annotations.NullMarked;
