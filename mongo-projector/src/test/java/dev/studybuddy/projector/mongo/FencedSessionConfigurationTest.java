package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import dev.studybuddy.projector.ProjectorProperties;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class FencedSessionConfigurationTest {

    @Test
    void theDriverRetriesNothingAndReplacesNoIdleConnection() {
        MongoClientSettings settings = settings(6, 4);

        assertThat(settings.getRetryWrites()).isFalse();
        assertThat(settings.getRetryReads()).isFalse();
        var pool = settings.getConnectionPoolSettings();
        assertThat(pool.getMinSize()).isEqualTo(pool.getMaxSize());
    }

    @ParameterizedTest
    @CsvSource({"3, 4", "6, 2", "6, 4", "6, 16", "9, 4", "30, 16"})
    void everyWorkerAndPollLoopOfEachGenerationHasAConnection(int generations, int workers) {
        assertThat(settings(generations, workers).getConnectionPoolSettings().getMaxSize())
                .isGreaterThan(generations * (workers + 1));
    }

    @Test
    void aThreadWaitsForAConnectionAsLongAsForAnAnswer() {
        MongoClientSettings settings = settings(6, 4);

        assertThat(settings.getConnectionPoolSettings().getMaxWaitTime(TimeUnit.MILLISECONDS))
                .isEqualTo(settings.getSocketSettings().getReadTimeout(TimeUnit.MILLISECONDS));
    }

    private static MongoClientSettings settings(int generations, int workers) {
        ProjectorProperties properties = new Binder(
                        new MapConfigurationPropertySource(Map.of("studybuddy.projector.workers", workers)))
                .bindOrCreate("studybuddy", ProjectorProperties.class);
        MongoClientSettings.Builder builder = MongoClientSettings.builder();
        new FencedSessionConfiguration()
                .mongoSettingsCustomizer(new ConnectionFence(), new MaxGenerations(generations), properties)
                .customize(builder);
        return builder.build();
    }
}
