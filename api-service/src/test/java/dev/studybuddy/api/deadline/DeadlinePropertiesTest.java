package dev.studybuddy.api.deadline;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class DeadlinePropertiesTest {

    private final ApplicationContextRunner program =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(DeadlineProperties.class)
    static class Settings {}

    /**
     * A read of MongoDB ends 1.2 s before the deadline, so that CockroachDB can answer instead. A deadline below 2 s
     * leaves the read of MongoDB too little time.
     */
    @ParameterizedTest
    @ValueSource(strings = {"500ms", "1200ms", "1999ms", "3001ms"})
    void aDeadlineThatIsTooShortOrTooLongIsRejectedAtStart(String deadline) {
        program.withPropertyValues("studybuddy.request-deadline=" + deadline)
                .run(context -> assertThat(context)
                        .getFailure()
                        .rootCause()
                        .hasMessageContaining("studybuddy")
                        .hasMessageContaining("requestDeadline"));
    }

    @Test
    void theShortestDeadlineIsTwoSeconds() {
        program.withPropertyValues("studybuddy.request-deadline=2s")
                .run(context -> assertThat(
                                context.getBean(DeadlineProperties.class).requestDeadline())
                        .isEqualTo(Duration.ofSeconds(2)));
    }
}
