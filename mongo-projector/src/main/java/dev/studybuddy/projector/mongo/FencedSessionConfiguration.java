package dev.studybuddy.projector.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This configuration sets up the MongoDB client for fenced sessions. */
@Configuration(proxyBeanMethods = false)
class FencedSessionConfiguration {

    private static final int POOL_SIZE = 32;

    @Bean
    ConnectionFence connectionFence() {
        return new ConnectionFence();
    }

    /**
     * Returns the customizer of the MongoDB client. The driver retries nothing, because only the journal decides how
     * work continues after a lost connection. The pool is full from the start and its connections never expire, because
     * a younger connection ends the batches whose positions were read over older ones.
     */
    @Bean
    MongoClientSettingsBuilderCustomizer mongoSettingsCustomizer(ConnectionFence fence) {
        return settings -> settings.retryWrites(false)
                .retryReads(false)
                .addCommandListener(fence)
                .applyToConnectionPoolSettings(pool -> pool.minSize(POOL_SIZE)
                        .maxSize(POOL_SIZE)
                        .maxWaitTime(2, TimeUnit.SECONDS)
                        .addConnectionPoolListener(fence))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(2, TimeUnit.SECONDS))
                .applyToSocketSettings(
                        socket -> socket.connectTimeout(2, TimeUnit.SECONDS).readTimeout(10, TimeUnit.SECONDS));
    }

    @Bean
    MongoDatabase mongoDatabase(MongoClient client, @Value("${spring.mongodb.uri}") String uri) {
        String name = new ConnectionString(uri).getDatabase();
        if (name == null) {
            throw new IllegalArgumentException(
                    "spring.mongodb.uri must name a database, for example mongodb://localhost:27017/studybuddy");
        }
        return client.getDatabase(name);
    }

    @Bean
    FencedSessions fencedSessions(MongoClient client, MongoDatabase database, ConnectionFence fence) {
        return new MongoFencedSessions(client, database.getName(), fence);
    }
}
