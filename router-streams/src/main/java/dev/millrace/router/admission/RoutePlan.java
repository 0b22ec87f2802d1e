package dev.millrace.router.admission;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.PlannedTarget;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.catalogue.Model;
import dev.millrace.error.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Which provider and model a job goes to, and which come after. Pure but for the catalogue, which may change between two requests. */
public final class RoutePlan {
    private static final int MAX_NEAR_NAMES = 3;

    private final Supplier<Catalogue> source;

    /** A plan by the catalogue that is in force at the time. */
    public RoutePlan(Supplier<Catalogue> source) {
        this.source = source;
    }

    public sealed interface Route {}

    /** Targets in the order in which they are tried; at least one, none twice. */
    public record Planned(List<PlannedTarget> targets) implements Route {
        public Planned {
            targets = List.copyOf(targets);
        }
    }

    public record NoRoute(Fault fault) implements Route {}

    private sealed interface Target {}

    private record Found(PlannedTarget target) implements Target {}

    private record Missing(Fault fault) implements Target {}

    /** The plan of a request: its model, then its fallbacks. One that cannot be used refuses the whole request. */
    public Route plan(InferenceRequest request) {
        var catalogue = source.get();
        var targets = new ArrayList<PlannedTarget>();
        for (int i = -1; i < request.getRouting().getFallbacks().size(); i++) {
            var name = i < 0
                    ? request.getModel()
                    : request.getRouting().getFallbacks().get(i);
            switch (target(catalogue, i < 0 ? "model" : "routing.fallbacks[" + i + "]", name, request.getOperation())) {
                case Missing(var fault) -> {
                    return new NoRoute(fault);
                }
                case Found(var target) -> {
                    if (!targets.contains(target)) {
                        targets.add(target);
                    }
                }
            }
        }
        return new Planned(targets);
    }

    private static Target target(Catalogue catalogue, String param, String name, Operation operation) {
        var found = catalogue.find(name);
        if (found.isEmpty()) {
            return new Missing(new Fault(ErrorCode.MODEL_NOT_FOUND, unknown(catalogue, param, name), param));
        }
        var model = found.get();
        var provider = catalogue.provider(model.provider());
        if (provider.isEmpty()) {
            return new Missing(new Fault(ErrorCode.NO_PROVIDER, param + ": nobody serves " + model.id(), param));
        }
        if (!model.operations().contains(operation)) {
            return new Missing(Fault.invalid(param, model.id() + " does not do " + operation));
        }
        return priced(param, model, provider.get().pool());
    }

    private static Target priced(String param, Model model, String pool) {
        var prices = model.prices();
        if (prices == null) {
            return new Missing(new Fault(
                    ErrorCode.MODEL_WITHOUT_PRICE,
                    param + ": " + model.id() + " has no price in the catalogue, and is not served without",
                    param));
        }
        return new Found(PlannedTarget.newBuilder()
                .setProvider(model.provider())
                .setModel(model.id())
                .setVendorModel(model.vendorModel())
                .setPool(pool)
                .setPriceNanosPerMillion(prices.nanosPerMillion())
                .build());
    }

    private static String unknown(Catalogue catalogue, String param, String name) {
        var shown = name.length() > 128 ? name.substring(0, 128) + "…" : name;
        var near = name.length() > 128 ? List.<String>of() : catalogue.nearNames(name, MAX_NEAR_NAMES);
        return param + ": no model '" + shown + "'"
                + (near.isEmpty() ? "" : "; did you mean " + String.join(", ", near) + "?");
    }
}
