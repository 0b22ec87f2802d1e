/**
 * What the vendors of images, video, speech and transcripts have in common: an order read as a task, replies that are one JSON object or
 * one stream of audio, their error bodies, transcripts in one shape. Nothing in here knows a vendor by name.
 */
@NullMarked
package dev.millrace.worker.media;

import org.jspecify.annotations.NullMarked;
