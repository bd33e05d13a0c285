package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class FallbackPropertiesTest {

    private final ApplicationContextRunner program =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(FallbackProperties.class)
    static class Settings {}

    @Test
    void aStatementTimeoutOfTwoSecondsIsRejectedAtTheStart() {
        program.withPropertyValues("studybuddy.fallback.statement-timeout=1900ms")
                .run(context -> assertThat(context).hasNotFailed());
        program.withPropertyValues("studybuddy.fallback.statement-timeout=2s")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("statementTimeout"));
    }
}
