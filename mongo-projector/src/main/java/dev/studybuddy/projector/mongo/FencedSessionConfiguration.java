package dev.studybuddy.projector.mongo;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.ProjectorProperties;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** This configuration sets up the MongoDB client for fenced sessions. */
@Configuration(proxyBeanMethods = false)
class FencedSessionConfiguration {

    /** The loops that serve no single generation use at most this number of connections at a time. */
    private static final int LOOP_CONNECTIONS = 8;

    private static final int READ_TIMEOUT_SECONDS = 10;

    @Bean
    ConnectionFence connectionFence() {
        return new ConnectionFence();
    }

    /**
     * Returns the customizer of the MongoDB client. The driver retries nothing, because only the journal decides how
     * work continues after a lost connection. A batch ends if the driver uses a connection that was opened after the
     * batch's position was read. Therefore the pool is full from the start, and its connections expire only if the URI
     * sets a limit. A thread waits for a connection as long as for an answer, so that a short stall of MongoDB does not
     * count as an outage.
     */
    @Bean
    MongoClientSettingsBuilderCustomizer mongoSettingsCustomizer(
            ConnectionFence fence, MaxGenerations maxGenerations, ProjectorProperties properties) {
        int poolSize =
                poolSize(maxGenerations.generations(), properties.projector().workers());
        return settings -> settings.retryWrites(false)
                .retryReads(false)
                .addCommandListener(fence)
                .applyToConnectionPoolSettings(pool -> pool.minSize(poolSize)
                        .maxSize(poolSize)
                        .maxWaitTime(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .addConnectionPoolListener(fence))
                .applyToClusterSettings(cluster -> cluster.serverSelectionTimeout(2, TimeUnit.SECONDS))
                .applyToSocketSettings(socket ->
                        socket.connectTimeout(2, TimeUnit.SECONDS).readTimeout(READ_TIMEOUT_SECONDS, TimeUnit.SECONDS));
    }

    /**
     * Returns the size of the pool: one connection for each worker and each poll loop of every generation, and the
     * connections of the other loops.
     */
    private static int poolSize(int generations, int workers) {
        return generations * (workers + 1) + LOOP_CONNECTIONS;
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
