package dev.millrace.worker.gemini;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** Writes {@code speechConfig}. */
final class Voices {
    private Voices() {}

    static void set(ObjectNode generationConfig, String voice) {
        generationConfig
                .withObjectProperty("speechConfig")
                .withObjectProperty("voiceConfig")
                .putObject("prebuiltVoiceConfig")
                .put("voiceName", voice);
    }
}
