/**
 * Models that run in this process: their weights come with the product, so a call needs no key and leaves no machine. Adapter,
 * transport and the runtime behind it. No vendor's dialect, no deadline, nothing of Kafka.
 */
@NullMarked
package dev.millrace.worker.onnx;

import org.jspecify.annotations.NullMarked;
