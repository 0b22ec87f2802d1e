/** The codec of ElevenLabs: speech, sounds, music and transcripts. No I/O. */
@NullMarked
package dev.millrace.worker.elevenlabs;

import org.jspecify.annotations.NullMarked;
