package dev.studybuddy.projector.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoClientSettings;
import org.junit.jupiter.api.Test;

class FencedSessionConfigurationTest {

    @Test
    void theDriverRetriesNothingAndReplacesNoIdleConnection() {
        MongoClientSettings.Builder builder = MongoClientSettings.builder();

        new FencedSessionConfiguration()
                .mongoSettingsCustomizer(new ConnectionFence())
                .customize(builder);

        MongoClientSettings settings = builder.build();
        assertThat(settings.getRetryWrites()).isFalse();
        assertThat(settings.getRetryReads()).isFalse();
        var pool = settings.getConnectionPoolSettings();
        assertThat(pool.getMinSize()).isEqualTo(pool.getMaxSize());
    }
}
