/**
 * The topic catalogue: every topic's name, value schema, partitions, retention and cleanup, declared on and verified against a cluster.
 */
@NullMarked
package dev.millrace.topic;

import org.jspecify.annotations.NullMarked;
