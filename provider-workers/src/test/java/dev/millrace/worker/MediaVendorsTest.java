package dev.millrace.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.avro.AttemptOrder;
import dev.millrace.avro.ChatInput;
import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.MediaKind;
import dev.millrace.avro.MediaPart;
import dev.millrace.avro.Message;
import dev.millrace.avro.Operation;
import dev.millrace.avro.Part;
import dev.millrace.avro.TaskInput;
import dev.millrace.avro.TextPart;
import dev.millrace.catalogue.CatalogueLoader;
import dev.millrace.catalogue.Model;
import dev.millrace.catalogue.Provider;
import dev.millrace.worker.provider.Rendering.Rendered;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MediaVendorsTest {
    private static final Part WORDS = new Part(new TextPart("words"), Map.of());

    /** Model and operation of what the shipped catalogue has of these vendors; what only OpenAI's dialect says is tested there. */
    static Stream<Object[]> offers() {
        var catalogue = CatalogueLoader.shipped();
        return catalogue.models().stream()
                .filter(model -> MediaVendors.adapter(
                                catalogue.provider(model.provider()).orElseThrow())
                        .isPresent())
                .filter(model -> !model.operations().contains(Operation.EMBEDDING))
                .filter(model -> !model.vendorModel().contains("seedream"))
                .flatMap(model -> model.operations().stream().map(operation ->
                        new Object[] {catalogue.provider(model.provider()).orElseThrow(), model, operation}));
    }

    @ParameterizedTest(name = "{1} {2}")
    @MethodSource("offers")
    void whatTheCatalogueOffersCanBeAskedFor(Provider provider, Model model, Operation operation) {
        // Given
        var adapter = MediaVendors.adapter(provider).orElseThrow();
        // When
        var rendering = adapter.render(order(model, operation), 1);
        // Then
        assertThat(rendering).isInstanceOf(Rendered.class);
        var call = ((Rendered) rendering).call();
        assertThat(adapter.newDecoder(call)).isNotNull();
    }

    private static AttemptOrder order(Model model, Operation operation) {
        var request = InferenceRequest.newBuilder()
                .setAccount("a")
                .setModel(model.id())
                .setOperation(operation)
                .setInput(input(operation))
                .build();
        return AttemptOrder.newBuilder()
                .setProvider(model.provider())
                .setModel(model.id())
                .setVendorModel(model.vendorModel())
                .setRequest(request)
                .setDeadlineAtMillis(Long.MAX_VALUE)
                .build();
    }

    private static Object input(Operation operation) {
        return switch (operation) {
            case CHAT ->
                ChatInput.newBuilder()
                        .setMessages(List.of(new Message("user", null, List.of(WORDS), Map.of())))
                        .build();
            case RUN -> new TaskInput(List.of(), Map.of("input", "{\"prompt\":\"words\"}"));
            case TRANSCRIPTION, TRANSLATION -> new TaskInput(List.of(sound()), Map.of());
            case IMAGE_EDIT -> new TaskInput(List.of(WORDS, picture()), Map.of());
            default -> new TaskInput(List.of(WORDS), Map.of());
        };
    }

    private static Part sound() {
        var part = MediaPart.newBuilder()
                .setKind(MediaKind.AUDIO)
                .setMimeType("audio/wav")
                .setData(ByteBuffer.wrap(new byte[] {1}))
                .build();
        return new Part(part, Map.of());
    }

    private static Part picture() {
        var part = MediaPart.newBuilder()
                .setKind(MediaKind.IMAGE)
                .setUrl("https://example.com/a.png")
                .build();
        return new Part(part, Map.of());
    }

    @Test
    void aQuirkThatNobodyKnowsIsRefused() {
        var provider = new Provider(
                "luma",
                "luma",
                URI.create("https://example.com"),
                "default",
                null,
                false,
                Map.of(),
                Map.of("downlaod-hosts", "x"),
                8,
                true,
                null);
        assertThatThrownBy(() -> MediaVendors.adapter(provider))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("providers.luma.quirks.downlaod-hosts");
    }
}
