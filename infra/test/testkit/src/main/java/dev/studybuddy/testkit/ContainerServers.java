package dev.studybuddy.testkit;

import org.testcontainers.cockroachdb.CockroachContainer;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.mongodb.MongoDBContainer;
import org.testcontainers.utility.DockerImageName;

/** Starts CockroachDB, Kafka and MongoDB in containers, which Testcontainers removes when this JVM ends. */
final class ContainerServers implements Servers {

    private static final DockerImageName COCKROACH = DockerImageName.parse("cockroachdb/cockroach:v25.4.2");
    private static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");
    private static final DockerImageName MONGO = DockerImageName.parse("mongo:8.0");
    private static final int COCKROACH_PORT = 26257;
    private static final int KAFKA_PORT = 9092;
    private static final int MONGO_PORT = 27017;

    private final SharedContainer<CockroachContainer> cockroach =
            new SharedContainer<>(() -> new CockroachContainer(COCKROACH));
    private final SharedContainer<KafkaContainer> kafka = new SharedContainer<>(ContainerServers::newKafka);
    private final SharedContainer<MongoDBContainer> mongo =
            new SharedContainer<>(() -> new MongoDBContainer(MONGO).withReplicaSet());

    @Override
    public SqlServer sql() {
        CockroachContainer container = cockroach.get();
        return new SqlServer(url(container), container.getUsername(), container.getPassword());
    }

    @Override
    public String kafka() {
        return kafka.get().getBootstrapServers();
    }

    @Override
    public String mongo() {
        return mongo.get().getReplicaSetUrl();
    }

    @Override
    public ControllableServer startOwnSql() {
        CockroachContainer container = new CockroachContainer(COCKROACH).withDatabaseName("studybuddy");
        return ContainerServer.start(container, COCKROACH_PORT, () -> url(container));
    }

    @Override
    public ControllableServer startOwnKafka() {
        KafkaContainer container = newKafka();
        return ContainerServer.start(container, KAFKA_PORT, container::getBootstrapServers);
    }

    @Override
    public ControllableServer startOwnMongo() {
        MongoDBContainer container = new MongoDBContainer(MONGO).withReplicaSet();
        return ContainerServer.start(container, MONGO_PORT, () -> container.getReplicaSetUrl("studybuddy"));
    }

    /**
     * Returns a broker that creates no topic automatically and whose authorizer denies nothing until a test creates an
     * ACL. Its sessions end as soon as those of the embedded broker, because the limits of the tests fit these times.
     */
    private static KafkaContainer newKafka() {
        return new KafkaContainer(KAFKA)
                .withEnv("KAFKA_AUTHORIZER_CLASS_NAME", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
                .withEnv("KAFKA_ALLOW_EVERYONE_IF_NO_ACL_FOUND", "true")
                .withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false")
                .withEnv("KAFKA_BROKER_SESSION_TIMEOUT_MS", "3000")
                .withEnv("KAFKA_BROKER_HEARTBEAT_INTERVAL_MS", "500")
                .withEnv("KAFKA_GROUP_CONSUMER_SESSION_TIMEOUT_MS", "10000")
                .withEnv("KAFKA_GROUP_CONSUMER_MIN_SESSION_TIMEOUT_MS", "10000")
                .withEnv("KAFKA_GROUP_CONSUMER_HEARTBEAT_INTERVAL_MS", "300")
                .withEnv("KAFKA_GROUP_CONSUMER_MIN_HEARTBEAT_INTERVAL_MS", "300");
    }

    private static String url(CockroachContainer container) {
        String url = container.getJdbcUrl();
        return url + (url.contains("?") ? "&" : "?") + "sslmode=disable";
    }
}
