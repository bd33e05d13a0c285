package dev.studybuddy.publisher;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.publisher.testing.OutboxDatabases;
import dev.studybuddy.publisher.trace.PublishTraces;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.JdbcTemplate;

/** Gives a test its own outbox and its own topics, and runs the publishers that the test starts. */
final class PublisherFixture implements AutoCloseable {

    final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    final String prefix = TestServers.newTopicPrefix();
    private final Map<String, Object> settings = new HashMap<>();
    private final List<Instance> instances = new ArrayList<>();
    private final String url;
    private final String username;
    private final String password;
    private final String kafka;
    private final @Nullable TestDatabase database;
    final HikariDataSource source;
    final JdbcTemplate jdbc;

    /** Represents a running publisher with its own connections, so that a test can cut it off. */
    record Instance(Publisher publisher, HikariDataSource source, SimpleMeterRegistry registry, AtomicLong statements) {
        /** Closes the connections. Like a killed instance, this one can no longer renew, mark or hand over. */
        void cutOff() {
            source.close();
        }

        int shards() {
            return publisher.leases().owned().size();
        }
    }

    static PublisherFixture onSharedServers() {
        TestDatabase database = OutboxDatabases.newDatabase();
        return new PublisherFixture(
                database.url(),
                database.username(),
                database.password(),
                TestServers.kafkaBootstrapServers(),
                database);
    }

    static PublisherFixture onSharedDatabaseAnd(String kafka) {
        TestDatabase database = OutboxDatabases.newDatabase();
        return new PublisherFixture(database.url(), database.username(), database.password(), kafka, database);
    }

    static PublisherFixture on(String url) {
        return new PublisherFixture(url, "root", "", TestServers.kafkaBootstrapServers(), null);
    }

    private PublisherFixture(
            String url, String username, String password, String kafka, @Nullable TestDatabase database) {
        this.url = url;
        this.username = username;
        this.password = password;
        this.kafka = kafka;
        this.database = database;
        this.source = new HikariDataSource(poolConfig());
        this.jdbc = new JdbcTemplate(source);
        OutboxDatabases.migrate(source);
        set("studybuddy.topic-prefix", prefix);
        set("publisher.topics.types", "");
        set("publisher.topics.create-unlisted", "true");
        // The tests have one broker, so a topic has one replica.
        set("publisher.topics.replication-factor", "1");
        set("publisher.topics.min-insync-replicas", "1");
        set("publisher.attempts.first", "100ms");
        set("publisher.attempts.most", "3");
    }

    PublisherFixture set(String property, Object value) {
        settings.put(property, value);
        return this;
    }

    /** Opens a pool with the timeouts of a publisher. The statements of the tests themselves have no timeout. */
    HikariDataSource publisherPool() {
        HikariConfig config = poolConfig();
        config.setConnectionTimeout(2000);
        config.addDataSourceProperty("options", "-c statement_timeout=2000");
        config.addDataSourceProperty("socketTimeout", "4");
        return new HikariDataSource(config);
    }

    private HikariConfig poolConfig() {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername(username);
        config.setPassword(password);
        config.setMaximumPoolSize(7);
        config.setInitializationFailTimeout(-1);
        config.setTransactionIsolation("TRANSACTION_READ_COMMITTED");
        config.setConnectionInitSql(connectionInitSql());
        return config;
    }

    /** Returns the statement with which the delivered program initializes each connection. */
    private static String connectionInitSql() {
        YamlPropertiesFactoryBean yaml = new YamlPropertiesFactoryBean();
        yaml.setResources(new ClassPathResource("application.yaml"));
        return Objects.requireNonNull(yaml.getObject()).getProperty("spring.datasource.hikari.connection-init-sql");
    }

    PublisherProperties properties() {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        try {
            new YamlPropertySourceLoader()
                    .load("application", new ClassPathResource("application.yaml"))
                    .forEach(environment.getPropertySources()::addLast);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }

        return Binder.get(environment)
                .bind("publisher", PublisherProperties.class)
                .get();
    }

    Instance start() {
        return start(kafka);
    }

    /** Starts an instance that uses these bootstrap servers, which it may be unable to reach. */
    Instance start(String bootstrapServers) {
        return start(bootstrapServers, pool -> pool);
    }

    /** Starts an instance that gets its connections from what this function returns for its pool. */
    Instance start(UnaryOperator<DataSource> connections) {
        return start(kafka, connections);
    }

    private Instance start(String bootstrapServers, UnaryOperator<DataSource> connections) {
        HikariDataSource pool = publisherPool();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        AtomicLong statements = new AtomicLong();
        Publisher publisher = new Publisher(
                "p-" + UUID.randomUUID(),
                properties(),
                new Publisher.Servers(
                        new JdbcTemplate(new StatementCounter(connections.apply(pool), statements)),
                        Map.of(
                                "bootstrap.servers",
                                bootstrapServers,
                                "reconnect.backoff.max.ms",
                                500,
                                "compression.type",
                                "lz4"),
                        Map.of(
                                "bootstrap.servers", bootstrapServers,
                                "default.api.timeout.ms", 8000,
                                "request.timeout.ms", 5000,
                                "reconnect.backoff.max.ms", 500)),
                meters,
                PublishTraces.NONE);
        publisher.start();
        Instance instance = new Instance(publisher, pool, meters, statements);
        instances.add(instance);
        return instance;
    }

    UUID write(String type, String id, long version) {
        return write(jdbc, type, id, version, "{\"v\": " + version + "}");
    }

    UUID write(JdbcTemplate writer, String type, String id, long version, String payload) {
        UUID event = UUID.randomUUID();
        writer.update(
                "INSERT INTO outbox (shard, aggregate_type, aggregate_id, aggregate_version, id, event_type, payload)"
                        + " VALUES (?, ?, ?, ?, ?, ?, CAST(? AS jsonb))",
                Shards.of(type, id),
                type,
                id,
                version,
                event,
                type + ".updated",
                payload);
        return event;
    }

    /** Removes the check of new rows, so that the test can insert rows as a writer could before the check existed. */
    void dropChecks() {
        jdbc.update("ALTER TABLE outbox DROP CONSTRAINT outbox_new_row");
    }

    /** Adds the check of new rows again by running its migration, while rows that violate it may exist. */
    void addChecks() {
        try {
            jdbc.execute(new ClassPathResource("db/outbox/V8__outbox_checks.sql")
                    .getContentAsString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Opens a connection with a transaction that stays open until the test commits it. */
    Connection open() throws SQLException {
        Connection connection = source.getConnection();
        connection.setAutoCommit(false);
        return connection;
    }

    String topic(String type) {
        return prefix + type + ".v1";
    }

    long pending() {
        Long count = jdbc.queryForObject("SELECT count(*) FROM outbox WHERE processed = false", Long.class);
        return count == null ? -1 : count;
    }

    /** Returns all records of a topic. The records of each partition keep their order. */
    List<ConsumerRecord<String, byte[]>> records(String topic) {
        List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
        readRecords(topic, records::add);
        return records;
    }

    /** Reads all records of a topic one by one. The records of each partition keep their order. */
    void readRecords(String topic, Consumer<ConsumerRecord<String, byte[]>> reader) {
        Map<String, Object> config =
                Map.of("bootstrap.servers", kafka, "auto.offset.reset", "none", "enable.auto.commit", false);
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(Duration.ofMillis(200)).forEach(reader);
            }
        }
    }

    /** Returns the versions of each key in the order of the topic. */
    Map<String, List<Long>> versions(String topic) {
        Map<String, List<Long>> versions = new HashMap<>();
        records(topic)
                .forEach(record -> versions.computeIfAbsent(record.key(), key -> new ArrayList<>())
                        .add(Long.parseLong(header(record, "ce_aggregateversion"))));
        return versions;
    }

    static String header(ConsumerRecord<?, ?> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    String url() {
        return url;
    }

    String username() {
        return username;
    }

    String password() {
        return password;
    }

    String kafka() {
        return kafka;
    }

    @Override
    public void close() {
        for (Instance instance : instances) {
            instance.publisher().stop();
            instance.source().close();
        }
        source.close();
        if (database != null) {
            database.close();
        }
    }
}
