package dev.millrace.ops.schemas;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Against the registry of the development stack. */
class EmbeddedRegistryInteropIT extends RegistryInteropContract {
    private @Nullable Cluster cluster;

    @Override
    URI startRegistry(Path directory) {
        cluster = new Cluster(directory);
        return cluster.registry();
    }

    @Override
    void stopRegistry() {
        Objects.requireNonNull(cluster).close();
    }
}
