package dev.millrace.ops.config;

import dev.millrace.catalogue.CatalogueException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** What only the modules' own configuration records can say: rules about several values at once. */
final class Sections {
    private static final List<Consumer<Configuration>> CHECKS = List.of(
            KafkaSection::connection, RegistrySection::registry, TopicsSection::topics, CatalogueSection::check);

    private static final List<RecordSection<?>> RECORDS = List.of(
            IngressSection.RECORD,
            EgressSection.RECORD,
            RouterSection.RECORD,
            WorkerSection.RECORD,
            BillingSection.RECORD);

    private Sections() {}

    /** Everything the modules' records refuse. */
    static List<Mistake> problems(Configuration configuration) {
        var mistakes = new ArrayList<Mistake>();
        for (var check : CHECKS) {
            try {
                check.accept(configuration);
            } catch (IllegalArgumentException | CatalogueException | UncheckedIOException e) {
                mistakes.add(mistake(configuration, String.valueOf(e.getMessage())));
            }
        }
        RECORDS.forEach(section -> mistakes.addAll(section.problems(configuration)));
        return mistakes;
    }

    /** The records' messages begin with the key: {@code topics.pools: must ...}. */
    private static Mistake mistake(Configuration configuration, String message) {
        int colon = message.indexOf(": ");
        var key = colon < 0 ? "configuration" : message.substring(0, colon);
        var origin = Settings.find(key)
                .<Origin>map(setting -> configuration.chosen(setting).origin())
                .orElseGet(Origin.Default::new);
        return new Mistake(key, origin, colon < 0 ? message : message.substring(colon + 2));
    }
}
