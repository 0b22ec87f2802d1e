package dev.millrace.router.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.avro.InferenceRequest;
import dev.millrace.avro.Operation;
import dev.millrace.avro.PlannedTarget;
import dev.millrace.avro.TaskInput;
import dev.millrace.catalogue.Catalogue;
import dev.millrace.error.ErrorCode;
import dev.millrace.router.Samples;
import dev.millrace.router.admission.RoutePlan.NoRoute;
import dev.millrace.router.admission.RoutePlan.Planned;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class RoutePlanTest {
    private final RoutePlan routes = new RoutePlan(Samples::catalogue);

    @Test
    void plansTheModelThenItsFallbacks() {
        // When
        var targets = planned(Samples.request("job-1")
                .setRouting(Samples.fallbacks(Samples.BETA, Samples.GAMMA))
                .build());
        // Then
        assertThat(targets)
                .extracting(PlannedTarget::getModel)
                .containsExactly(Samples.ALPHA, Samples.BETA, Samples.GAMMA);
        assertThat(targets.getFirst()).satisfies(target -> {
            assertThat(target.getProvider()).isEqualTo("alpha");
            assertThat(target.getVendorModel()).isEqualTo("large");
            assertThat(target.getPool()).isEqualTo("default");
            assertThat(target.getPriceNanosPerMillion()).containsEntry("input", 1_000_000L);
        });
    }

    @Test
    void plansNoTargetTwice() {
        var targets = planned(Samples.request("job-1")
                .setRouting(Samples.fallbacks(Samples.ALPHA, Samples.BETA, Samples.BETA))
                .build());

        assertThat(targets).extracting(PlannedTarget::getModel).containsExactly(Samples.ALPHA, Samples.BETA);
    }

    @Test
    void offersNearNamesForAnUnknownModel() {
        var fault = fault(Samples.request("job-1").setModel("alpha/larg").build());

        assertThat(fault.code()).isEqualTo(ErrorCode.MODEL_NOT_FOUND);
        assertThat(fault.param()).isEqualTo("model");
        assertThat(fault.message()).contains("alpha/larg").contains("did you mean alpha/large");
    }

    @Test
    void doesNotRepeatAVeryLongName() {
        var fault = fault(Samples.request("job-1").setModel("m".repeat(5000)).build());

        assertThat(fault.message()).hasSizeLessThan(200);
    }

    @Test
    void refusesAnUnknownFallbackByItsPlace() {
        var fault = fault(Samples.request("job-1")
                .setRouting(Samples.fallbacks(Samples.BETA, "nobody/nothing"))
                .build());

        assertThat(fault.param()).isEqualTo("routing.fallbacks[1]");
    }

    @Test
    void refusesAModelThatDoesNotDoTheOperation() {
        var fault = fault(Samples.request("job-1")
                .setOperation(Operation.EMBEDDING)
                .setInput(new TaskInput(List.of(), Map.of("input", "\"x\"")))
                .build());

        assertThat(fault.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(fault.message()).contains("does not do EMBEDDING");
    }

    @Test
    void refusesAModelWithoutAPrice() {
        var fault = fault(Samples.request("job-1").setModel("free/unpriced").build());

        assertThat(fault.code()).isEqualTo(ErrorCode.MODEL_WITHOUT_PRICE);
        assertThat(fault.message()).contains("free/unpriced has no price");
    }

    @Test
    void plansByTheCatalogueThatIsInForceAtTheTime() {
        // Given
        var inForce = new AtomicReference<>(new Catalogue(List.of(), List.of()));
        var changing = new RoutePlan(inForce::get);
        var request = Samples.request("job-1").build();
        assertThat(changing.plan(request)).isInstanceOf(NoRoute.class);
        // When
        inForce.set(Samples.catalogue());
        // Then
        assertThat(changing.plan(request)).isInstanceOf(Planned.class);
    }

    private List<PlannedTarget> planned(InferenceRequest request) {
        return ((Planned) routes.plan(request)).targets();
    }

    private Fault fault(InferenceRequest request) {
        return ((NoRoute) routes.plan(request)).fault();
    }
}
