package dev.millrace.ops.stack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.catalogue.CatalogueLoader.Document;
import dev.millrace.ops.config.CatalogueSection;
import dev.millrace.ops.config.ConfigurationLoader;
import dev.millrace.ops.config.ConfigurationSources;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CatalogueWatchTest {
    private static final String HOUSE = "providers: {house: {adapter: local, models: {%s: {}}}}";

    @TempDir
    private Path directory;

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    @Test
    void putsAChangedFileInForceOnceItHasSettled() throws IOException {
        // Given
        var file = Files.writeString(directory.resolve("house.yaml"), HOUSE.formatted("one"));
        var watched = watch(configured("catalogue: {files: [" + file + "]}"));
        // When
        Files.writeString(file, HOUSE.formatted("two"));
        watched.watch().look();
        // Then
        assertThat(watched.names()).as("may be half written").containsExactly("house/one");
        // When
        watched.watch().look();
        // Then
        assertThat(watched.names()).containsExactly("house/two");
        assertThat(reloads("applied")).isEqualTo(1);
        assertThat(watched.refused()).isFalse();
    }

    @Test
    void seesAChangeOfTheProvidersInTheConfigurationFile() throws IOException {
        // Given
        var watched = watch(configured(HOUSE.formatted("one")));
        // When
        Files.writeString(directory.resolve("millrace.yaml"), HOUSE.formatted("two"));
        watched.settle();
        // Then
        assertThat(watched.names()).containsExactly("house/two");
    }

    @Test
    void keepsTheOldCatalogueWhileTheNewOneIsBroken() throws IOException {
        // Given
        var file = Files.writeString(directory.resolve("house.yaml"), HOUSE.formatted("one"));
        var watched = watch(configured("catalogue: {files: [" + file + "]}"));
        // When
        Files.writeString(file, "providers: {house: {adapter: local, models: [");
        watched.settle();
        watched.settle();
        // Then
        assertThat(watched.names()).containsExactly("house/one");
        assertThat(watched.refused()).isTrue();
        assertThat(reloads("refused")).as("tried once").isEqualTo(1);
        // When
        Files.writeString(file, HOUSE.formatted("three"));
        watched.settle();
        // Then
        assertThat(watched.names()).containsExactly("house/three");
        assertThat(watched.refused()).isFalse();
    }

    @Test
    void keepsTheOldCatalogueWhileAFileIsGone() throws IOException {
        // Given
        var file = Files.writeString(directory.resolve("house.yaml"), HOUSE.formatted("one"));
        var watched = watch(configured("catalogue: {files: [" + file + "]}"));
        // When
        Files.delete(file);
        watched.settle();
        // Then
        assertThat(watched.names()).containsExactly("house/one");
        assertThat(watched.refused()).isTrue();
        assertThat(reloads("refused")).as("said once").isEqualTo(1);
        // When
        Files.writeString(file, HOUSE.formatted("one"));
        watched.settle();
        // Then
        assertThat(watched.refused()).isFalse();
    }

    @Test
    void doesNothingWhenNothingChanged() throws IOException {
        var watched = watch(configured(HOUSE.formatted("one")));
        var before = watched.live().get();
        watched.settle();
        assertThat(watched.live().get()).isSameAs(before);
    }

    private Supplier<List<Document>> configured(String yaml) throws IOException {
        var file = Files.writeString(directory.resolve("millrace.yaml"), yaml);
        var configuration = ConfigurationLoader.load(new ConfigurationSources(Optional.of(file), Map.of(), Map.of()));
        return () -> CatalogueSection.documents(configuration);
    }

    private double reloads(String outcome) {
        return meters.get("millrace.catalogue.reloads")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private Watched watch(Supplier<List<Document>> documents) {
        var inForce = documents.get();
        var live = new LiveCatalogue(inForce);
        var watched = new Watched(live, new CatalogueWatch(documents, inForce, live, meters), meters);
        watched.settle();
        return watched;
    }

    private record Watched(LiveCatalogue live, CatalogueWatch watch, SimpleMeterRegistry meters) {
        void settle() {
            watch.look();
            watch.look();
        }

        List<String> names() {
            return live.get().models().stream()
                    .map(model -> model.id())
                    .filter(id -> id.startsWith("house/"))
                    .toList();
        }

        boolean refused() {
            return meters.get("millrace.catalogue.refused").gauge().value() == 1;
        }
    }
}
