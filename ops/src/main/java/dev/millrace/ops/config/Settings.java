package dev.millrace.ops.config;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every key there is, in the order of the documentation. */
public final class Settings {
    public static final List<Setting<?>> ALL = Stream.of(
                    KafkaSection.ALL,
                    RegistrySection.ALL,
                    TopicsSection.ALL,
                    AccessSection.ALL,
                    CatalogueSection.ALL,
                    IngressSection.ALL,
                    EgressSection.ALL,
                    RouterSection.ALL,
                    WorkerSection.ALL,
                    BillingSection.ALL,
                    ManagementSection.ALL,
                    StackSection.ALL,
                    ClientSection.ALL)
            .flatMap(List::stream)
            .collect(Collectors.toUnmodifiableList());

    private static final Map<String, Setting<?>> BY_KEY = ALL.stream()
            .collect(Collectors.toMap(
                    Setting::key,
                    Function.identity(),
                    (first, second) -> {
                        throw new IllegalStateException("two settings are called " + first.key());
                    },
                    LinkedHashMap::new));

    private Settings() {}

    static Optional<Setting<?>> find(String key) {
        return Optional.ofNullable(BY_KEY.get(key));
    }

    static Collection<String> keys() {
        return BY_KEY.keySet();
    }
}
