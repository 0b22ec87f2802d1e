package dev.millrace.ops.schemas;

import java.net.URI;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Against a registry that others wrote. */
class ApicurioInteropIT extends RegistryInteropContract {
    private @Nullable Apicurio apicurio;

    @Override
    URI startRegistry(Path directory) {
        apicurio = new Apicurio();
        return apicurio.url();
    }

    @Override
    void stopRegistry() {
        Objects.requireNonNull(apicurio).close();
    }
}
