package dev.studybuddy.api.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class ReadPropertiesTest {

    private static final int LISTS = 4;
    private static final int OPERATOR_LISTS = 1;
    private static final int OPERATOR_LISTS_WITH_MONGODB = 1;
    private static final Duration SHORT = Duration.ofMillis(50);

    @Test
    void anOperatorWaitsLongerThanOtherCallersByDefault() {
        ReadProperties defaults = bindDefaults();

        assertThat(defaults.maxWait()).isEqualTo(Duration.ofMillis(500));
        assertThat(defaults.operatorListsMaxWait()).isEqualTo(Duration.ofMillis(1500));
    }

    @Test
    void theNumberOfPermitsFollowsTheProcessorsUnlessItIsSet() {
        assertThat(new ReadProperties(null, LISTS, OPERATOR_LISTS, OPERATOR_LISTS_WITH_MONGODB, SHORT, SHORT)
                        .concurrentOn(1))
                .isEqualTo(4);
        assertThat(new ReadProperties(null, LISTS, OPERATOR_LISTS, OPERATOR_LISTS_WITH_MONGODB, SHORT, SHORT)
                        .concurrentOn(8))
                .isEqualTo(16);
        assertThat(new ReadProperties(3, LISTS, OPERATOR_LISTS, OPERATOR_LISTS_WITH_MONGODB, SHORT, SHORT)
                        .concurrentOn(8))
                .isEqualTo(3);
    }

    private static ReadProperties bindDefaults() {
        return new Binder(new MapConfigurationPropertySource()).bindOrCreate("studybuddy.reads", ReadProperties.class);
    }
}
