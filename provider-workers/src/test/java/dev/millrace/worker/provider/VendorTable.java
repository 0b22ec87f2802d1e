package dev.millrace.worker.provider;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestDescriptor;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TagFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Which recorded cases are proven, found out by running the tests that carry the tag {@value #RECORDINGS}.
 *
 * <p>A test is about a case when the case's folder, {@code vendor/capability/case} or {@code vendor/capability} where that holds a single one, is
 * its display name or one of its tags. A case is proven when at least one test about it ran and none failed. What is not proven has its
 * reason in {@code wire/exclusions.json}.
 */
final class VendorTable {
    /** Tag of test classes over recordings; those that extend {@link ProviderContractTest} inherit it. */
    static final String RECORDINGS = "recordings";

    /** Run by the ordinary build; they say nothing about what was understood. */
    private static final Pattern CUTS = Pattern.compile("(neverFinishes|readsTheSame).*");

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Set<String> ran = new HashSet<>();
    private final Set<String> failed = new HashSet<>();
    private final List<Case> cases;
    private final List<Exclusion> exclusions;

    /** A recorded case. */
    record Case(String name, String vendor, String capability, String api) {}

    /** Why cases are not proven; a member that is missing fits any. */
    record Exclusion(
            @Nullable String vendor,
            @Nullable String api,
            @Nullable String name,
            String reason) {
        boolean fits(Case other) {
            return (vendor == null || vendor.equals(other.vendor()))
                    && (api == null || api.equals(other.api()))
                    && (name == null || other.name().contains(name));
        }
    }

    private VendorTable(List<Case> cases, List<Exclusion> exclusions) {
        this.cases = cases;
        this.exclusions = exclusions;
    }

    /** Runs the tests. */
    static VendorTable run() {
        var table = new VendorTable(cases(), exclusions());
        var request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectPackage("dev.millrace.worker"))
                .filters(TagFilter.includeTags(RECORDINGS), (PostDiscoveryFilter) VendorTable::isAboutContent)
                .build();
        LauncherFactory.create().execute(request, table.new Listener());
        return table;
    }

    private static FilterResult isAboutContent(TestDescriptor test) {
        TestSource source = test.getSource().orElse(null);
        boolean cut = source instanceof MethodSource method
                && CUTS.matcher(method.getMethodName()).matches();
        return FilterResult.includedIf(!cut);
    }

    private static List<Case> cases() {
        try {
            var root = Path.of(Objects.requireNonNull(VendorTable.class.getResource("/wire"))
                    .toURI());
            var cases = new ArrayList<Case>();
            try (var paths = Files.walk(root, 4)) {
                for (var meta :
                        paths.filter(it -> it.endsWith("meta.json")).sorted().toList()) {
                    var folder = root.relativize(Objects.requireNonNull(meta.getParent()));
                    if (folder.getNameCount() == 3) {
                        var api = JSON.readTree(meta.toFile()).path("api").asText();
                        var vendor = folder.getName(0).toString();
                        cases.add(new Case(
                                folder.toString().replace('\\', '/'),
                                vendor,
                                folder.getName(1).toString(),
                                api));
                    }
                }
            }
            return cases;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Exclusion> exclusions() {
        try (var in = VendorTable.class.getResourceAsStream("/wire/exclusions.json")) {
            return List.of(JSON.readValue(in, Exclusion[].class));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private final class Listener implements TestExecutionListener {
        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (!test.isTest()) {
                return;
            }
            var names = new HashSet<String>();
            names.add(test.getDisplayName());
            test.getTags().forEach(tag -> names.add(tag.getName()));
            for (var full : names) {
                // A recording of several streams is read stream by stream: name#0, name#1, …
                var name = full.replaceFirst("#\\d+$", "");
                if (name.indexOf('/') > 0) {
                    ran.add(name);
                    if (result.getStatus() != TestExecutionResult.Status.SUCCESSFUL) {
                        failed.add(name);
                    }
                }
            }
        }
    }

    boolean isProven(Case subject) {
        var folder = subject.vendor() + "/" + subject.capability();
        boolean single =
                cases.stream().filter(it -> it.name().startsWith(folder + "/")).count() == 1;
        Predicate<Set<String>> holds = set -> set.contains(subject.name()) || (single && set.contains(folder));
        return holds.test(ran) && !holds.test(failed);
    }

    /** Exclusions that explain nothing: every case they fit is proven, or there is none. */
    List<Exclusion> staleExclusions() {
        return exclusions.stream()
                .filter(exclusion -> cases.stream().filter(exclusion::fits).allMatch(this::isProven))
                .toList();
    }

    private @Nullable String reason(Case subject) {
        return exclusions.stream()
                .filter(exclusion -> exclusion.fits(subject))
                .map(Exclusion::reason)
                .findFirst()
                .orElse(null);
    }

    /** The page. */
    String render() {
        long proven = cases.stream().filter(this::isProven).count();
        var page = new StringBuilder("""
                # Vendors: what is proven by recorded traffic

                Every case is a recorded exchange with a vendor, or several that belong together. A case counts as passed when its request is \
                rendered as recorded (where the recording has one) and its reply is read as an independent reading of the raw bytes says: \
                content, tool calls, finish reason, usage, errors. The same tests cut every reply at every byte. This page is written by \
                `VendorTableTest`, which runs them: `-Dupdate.docs=true` writes it anew, and the build fails when it is out of date. How far a \
                case is proof its `meta.json` says (`provenance`).

                """);
        page.append("**%d of %d cases pass.**\n\n".formatted(proven, cases.size()));
        page.append("| vendor | passed / total | by capability |\n|---|---|---|\n");
        byVendor()
                .forEach((vendor, list) ->
                        page.append("| %s | %s | %s |\n".formatted(vendor, fraction(list), byCapability(list))));
        page.append("\n## Excluded\n\n| cases | count | reason |\n|---|---|---|\n");
        excluded()
                .forEach((line, count) ->
                        page.append("| %s | %d | %s |\n".formatted(line.cases(), count, line.reason())));
        var open = cases.stream()
                .filter(it -> !isProven(it) && reason(it) == null)
                .map(Case::name)
                .toList();
        if (!open.isEmpty()) {
            page.append("\n## Not proven yet\n\n");
            open.forEach(name -> page.append("- `%s`\n".formatted(name)));
        }
        return page.toString();
    }

    private Map<String, List<Case>> byVendor() {
        return cases.stream().collect(Collectors.groupingBy(Case::vendor, TreeMap::new, Collectors.toList()));
    }

    private String byCapability(List<Case> list) {
        return list.stream()
                .collect(Collectors.groupingBy(Case::capability, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(it -> it.getKey() + " " + fraction(it.getValue()))
                .collect(Collectors.joining(", "));
    }

    private String fraction(List<Case> list) {
        return list.stream().filter(this::isProven).count() + "/" + list.size();
    }

    private record Excluded(String cases, String reason) {}

    private Map<Excluded, Long> excluded() {
        var lines = new TreeMap<Excluded, Long>(
                Comparator.comparing(Excluded::cases).thenComparing(Excluded::reason));
        for (var subject : cases) {
            var reason = reason(subject);
            if (!isProven(subject) && reason != null) {
                lines.merge(
                        new Excluded(
                                subject.vendor() + " " + subject.capability() + " (" + subject.api() + ")", reason),
                        1L,
                        Long::sum);
            }
        }
        return lines;
    }
}
