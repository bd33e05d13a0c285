package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import dev.studybuddy.projector.ProjectorProperties;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FencedSessionConfigurationTest {

    @Test
    void theDriverRetriesNothingAndReplacesNoIdleConnection() {
        MongoClientSettings settings = settings(4);

        assertThat(settings.getRetryWrites()).isFalse();
        assertThat(settings.getRetryReads()).isFalse();
        var pool = settings.getConnectionPoolSettings();
        assertThat(pool.getMinSize()).isEqualTo(pool.getMaxSize());
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 16})
    void everyWorkerOfSixGenerationsHasAConnection(int workers) {
        assertThat(settings(workers).getConnectionPoolSettings().getMaxSize()).isGreaterThan(6 * workers);
    }

    @Test
    void aThreadWaitsForAConnectionAsLongAsForAnAnswer() {
        MongoClientSettings settings = settings(4);

        assertThat(settings.getConnectionPoolSettings().getMaxWaitTime(TimeUnit.MILLISECONDS))
                .isEqualTo(settings.getSocketSettings().getReadTimeout(TimeUnit.MILLISECONDS));
    }

    private static MongoClientSettings settings(int workers) {
        ProjectorProperties properties = new Binder(
                        new MapConfigurationPropertySource(Map.of("studybuddy.projector.workers", workers)))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
        MongoClientSettings.Builder builder = MongoClientSettings.builder();
        new FencedSessionConfiguration()
                .mongoSettingsCustomizer(new ConnectionFence(), properties)
                .customize(builder);
        return builder.build();
    }
}
