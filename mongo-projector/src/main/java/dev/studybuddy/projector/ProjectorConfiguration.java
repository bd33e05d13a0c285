package dev.studybuddy.projector;

import com.mongodb.ConnectionString;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.mongo.ConnectionFence;
import dev.studybuddy.projector.mongo.FencedSessions;
import dev.studybuddy.projector.mongo.MongoFencedSessions;
import dev.studybuddy.readmodel.GenerationStore;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.kafka.autoconfigure.KafkaProperties;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.kafka.core.DefaultKafkaProducerFactory;
import org.springframework.kafka.core.KafkaTemplate;

/** This configuration creates the clients of MongoDB and Kafka. */
@Configuration(proxyBeanMethods = false)
class ProjectorConfiguration {

    private static final int POOL_SIZE = 32;

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }

    @Bean
    ConnectionFence connectionAges() {
        return new ConnectionFence();
    }

    /**
     * Returns the customizer of the MongoDB client. The driver retries nothing, because only the journal decides how
     * work continues after a lost connection. The pool is full from the start and its connections never expire, because
     * a younger connection ends the batches whose positions were read over older ones.
     */
    @Bean
    MongoClientSettingsBuilderCustomizer mongoSettingsCustomizer(ConnectionFence ages) {
        return settings -> settings.retryWrites(false)
                .retryReads(false)
                .addCommandListener(ages)
                .applyToConnectionPoolSettings(pool -> pool.minSize(POOL_SIZE)
                        .maxSize(POOL_SIZE)
                        .maxWaitTime(2, TimeUnit.SECONDS)
                        .addConnectionPoolListener(ages))
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
    FencedSessions fencedSessions(MongoClient client, MongoDatabase database, ConnectionFence ages) {
        return new MongoFencedSessions(client, database.getName(), ages);
    }

    @Bean
    GenerationStore generationStore(MongoDatabase database) {
        return new GenerationStore(database);
    }

    @Bean(destroyMethod = "close")
    Admin admin(KafkaProperties kafka) {
        return Admin.create(kafka.buildAdminProperties());
    }

    @Bean
    KafkaTemplate<byte[], byte[]> deadLetterTemplate(KafkaProperties kafka) {
        Map<String, Object> settings = new HashMap<>(kafka.buildProducerProperties());
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000);
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 5_000);
        return new KafkaTemplate<>(
                new DefaultKafkaProducerFactory<>(settings, new ByteArraySerializer(), new ByteArraySerializer()));
    }
}
