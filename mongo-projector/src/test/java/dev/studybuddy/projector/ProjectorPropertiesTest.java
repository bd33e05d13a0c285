package dev.studybuddy.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import jakarta.validation.Validation;
import jakarta.validation.ValidatorFactory;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ProjectorPropertiesTest {

    @ParameterizedTest
    @CsvSource({"49ms", "5001ms"})
    void anIntervalOfTheGenerationRecordsOutsideItsBoundsIsRejected(String value) {
        assertRejected("reconciliation-interval", value, "it must be from 50 ms to 5 s");
    }

    @ParameterizedTest
    @CsvSource({"999ms", "60001ms", "-1s"})
    void anIntervalOfTheTopicChecksOutsideItsBoundsIsRejected(String value) {
        assertRejected("topic-check-interval", value, "it must be from 1 s to 1 min");
    }

    @ParameterizedTest
    @CsvSource({"0s", "-1s"})
    void aDelayOfLiveEventsThatStopsEachRebuildIsRejected(String value) {
        assertRejected("live-delay", value, "it must be positive");
    }

    @ParameterizedTest
    @CsvSource({
        "drop-after, 9999ms, it must be at least 10 s",
        "drop-after, -1s, it must be at least 10 s",
        "keep-previous, -1s, it must not be negative"
    })
    void aDurationAfterWhichRequestsMayStillReadACollectionIsRejected(String property, String value, String rule) {
        assertRejected(property, value, rule);
    }

    @ParameterizedTest
    @CsvSource({
        "reconciliation-interval, 50ms",
        "reconciliation-interval, 5s",
        "topic-check-interval, 1s",
        "topic-check-interval, 1m",
        "live-delay, 1ms",
        "drop-after, 10s",
        "keep-previous, 0s"
    })
    void eachBoundOfARangeIsAccepted(String property, String value) {
        assertThat(bind(property, value)).isNotNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 17})
    void aNumberOfWorkersOutsideItsBoundsIsRejected(int workers) {
        assertThat(violations(workers)).containsExactly("projector.workers");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 16})
    void eachBoundOfTheNumberOfWorkersIsAccepted(int workers) {
        assertThat(violations(workers)).isEmpty();
    }

    private static List<String> violations(int workers) {
        ProjectorProperties properties = bind("workers", String.valueOf(workers));
        try (ValidatorFactory validators = Validation.buildDefaultValidatorFactory()) {
            return validators.getValidator().validate(properties).stream()
                    .map(violation -> violation.getPropertyPath().toString())
                    .toList();
        }
    }

    private static void assertRejected(String property, String value, String rule) {
        assertThatExceptionOfType(BindException.class)
                .isThrownBy(() -> bind(property, value))
                .havingRootCause()
                .withMessageContainingAll("studybuddy.projector." + property, rule);
    }

    private static ProjectorProperties bind(String property, String value) {
        return new Binder(new MapConfigurationPropertySource(Map.of("studybuddy.projector." + property, value)))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
    }
}
