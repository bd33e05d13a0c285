package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.MapPropertySource;

class AccessPropertiesTest {

    static final String KEY = "0123456789abcdef0123456789abcdef";

    private final ApplicationContextRunner program =
            new ApplicationContextRunner().withUserConfiguration(Settings.class);

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(AccessProperties.class)
    @Import({OpenModeFilter.class, DemoGuard.class})
    static class Settings {}

    @ConditionalOnOpenMode
    static class DemoGuard {}

    /** Returns the properties that these settings below {@code studybuddy.access} define. */
    static AccessProperties bind(Map<String, String> settings) {
        AccessProperties[] bound = new AccessProperties[1];
        new ApplicationContextRunner()
                .withUserConfiguration(OnlyProperties.class)
                .withPropertyValues(settings.entrySet().stream()
                        .map(entry -> "studybuddy.access." + entry.getKey() + "=" + entry.getValue())
                        .toArray(String[]::new))
                .run(context -> bound[0] = context.getBean(AccessProperties.class));
        return bound[0];
    }

    @Configuration(proxyBeanMethods = false)
    @EnableConfigurationProperties(AccessProperties.class)
    static class OnlyProperties {}

    @ParameterizedTest
    @CsvSource({"open", "'open '", "Open", "o-pen", "' OPEN'"})
    void eachTextThatMeansOpenCreatesTheFilterOfModeOpen(String mode) {
        inMode(mode)
                .withPropertyValues("server.address=0.0.0.0")
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining("loopback"));
        inMode(mode).withPropertyValues("server.address=127.0.0.1").run(context -> {
            assertThat(context.getBean(AccessProperties.class).mode()).isEqualTo(AccessProperties.Mode.OPEN);
            assertThat(context).hasSingleBean(OpenModeFilter.class).hasSingleBean(DemoGuard.class);
        });
    }

    private ApplicationContextRunner inMode(String mode) {
        return program.withInitializer(context ->
                        context.getBeanFactory().setConversionService(ApplicationConversionService.getSharedInstance()))
                .withInitializer(context -> context.getEnvironment()
                        .getPropertySources()
                        .addFirst(new MapPropertySource("mode", Map.of("studybuddy.access.mode", mode))));
    }

    @Test
    void modeJwtHasNoFilterOfModeOpen() {
        program.withPropertyValues("studybuddy.access.signing-key=" + KEY, "server.address=0.0.0.0")
                .run(context -> assertThat(context)
                        .doesNotHaveBean(OpenModeFilter.class)
                        .doesNotHaveBean(DemoGuard.class));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    signing-key          | short                             | at least 32 bytes
                    signing-key          | 0123456789abcdef0123456789abcdef,short | at least 32 bytes
                    clock-skew           | 6m                                | clock-skew
                    origins              | https://app.example.org/path      | origins
                    origins              | https://*.example.org             | origins
                    origins              | *                                 | origins
                    origins              | http://localhost:*                | origins
                    key-set.read-timeout | 3s                                | read-timeout
                    key-set.refresh-interval | 10s                           | refresh-interval
                    audience             | studybuddy                        | audience
                    """)
    void aWrongSettingIsNamedAtStart(String name, String value, String message) {
        program.withPropertyValues(
                        "studybuddy.access.consistency-key=" + KEY, "studybuddy.access." + name + "=" + value)
                .run(context -> assertThat(context).getFailure().rootCause().hasMessageContaining(message));
    }

    @Test
    void secretsAreNeverPrinted() {
        AccessProperties properties = bind(Map.of("signing-key", KEY + ", another-" + KEY, "consistency-key", KEY));

        assertThat(properties.signingKey()).containsExactly(KEY, "another-" + KEY);
        assertThat(properties).asString().doesNotContain(KEY);
    }

    @Test
    void modeJwtRequiresAConsistencyKeyOrASigningKey() {
        program.run(context ->
                assertThat(context).getFailure().rootCause().hasMessageContaining("STUDYBUDDY_ACCESS_CONSISTENCY_KEY"));
        assertThat(bind(Map.of("signing-key", KEY)).isConsistencyKeyAvailable()).isTrue();
    }
}
