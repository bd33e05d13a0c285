package dev.studybuddy.api.mongo;

import com.mongodb.MongoClientSettings;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.mongodb.autoconfigure.MongoClientFactory;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/**
 * Creates one client for requests and one for jobs, both with the same address. Neither client waits for MongoDB when
 * it is created.
 */
@Configuration(proxyBeanMethods = false)
class MongoConfiguration {

    private static final Duration HEARTBEAT = Duration.ofSeconds(2);
    private static final int JOB_CONNECTIONS = 8;

    @Bean
    @Primary
    MongoClient requestMongo(
            MongoClientSettings settings,
            ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers,
            MongoReadProperties properties) {
        return client(
                settings,
                customizers,
                properties.selectionTimeout(),
                properties.readTimeout(),
                properties.concurrentReads());
    }

    @Bean
    MongoClient jobMongo(
            MongoClientSettings settings,
            ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers,
            MongoReadProperties properties) {
        return client(settings, customizers, Duration.ofSeconds(2), properties.jobTimeout(), JOB_CONNECTIONS);
    }

    @Bean
    MongoDatabases mongoDatabases(
            MongoClient requestMongo,
            @Qualifier("jobMongo") MongoClient jobMongo,
            MongoConnectionDetails connection,
            MongoReadProperties properties) {
        String named = connection.getConnectionString().getDatabase();
        String name = named == null ? "studybuddy" : named;
        // This timeout covers a whole operation, so that the server also ends an operation whose client no longer
        // waits.
        MongoDatabase requests = database(requestMongo, name)
                .withTimeout(properties.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
        return new MongoDatabases(requests, database(jobMongo, name));
    }

    private static MongoDatabase database(MongoClient client, String name) {
        return client.getDatabase(name)
                .withReadPreference(ReadPreference.primary())
                .withReadConcern(ReadConcern.MAJORITY)
                .withWriteConcern(WriteConcern.MAJORITY);
    }

    private static MongoClient client(
            MongoClientSettings settings,
            ObjectProvider<MongoClientSettingsBuilderCustomizer> customizers,
            Duration selection,
            Duration read,
            int connections) {
        List<MongoClientSettingsBuilderCustomizer> all =
                new ArrayList<>(customizers.orderedStream().toList());
        all.add(builder -> builder.applyToClusterSettings(
                        cluster -> cluster.serverSelectionTimeout(selection.toMillis(), TimeUnit.MILLISECONDS))
                .applyToServerSettings(server -> server.heartbeatFrequency(HEARTBEAT.toMillis(), TimeUnit.MILLISECONDS))
                .applyToSocketSettings(socket -> socket.connectTimeout(selection.toMillis(), TimeUnit.MILLISECONDS)
                        .readTimeout(read.toMillis(), TimeUnit.MILLISECONDS))
                .applyToConnectionPoolSettings(
                        pool -> pool.maxSize(connections).maxWaitTime(selection.toMillis(), TimeUnit.MILLISECONDS)));
        return new MongoClientFactory(all).createMongoClient(settings);
    }
}
