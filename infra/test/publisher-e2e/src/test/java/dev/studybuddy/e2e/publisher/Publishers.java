package dev.studybuddy.e2e.publisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.programs.Service;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
import dev.studybuddy.testkit.TestTopics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;

/**
 * Runs publisher processes on an outbox that belongs to one test. The header {@code ce_source} of a record names the
 * publisher that sent it.
 */
final class Publishers implements AutoCloseable {

    static final String TYPE = "order";
    private static final String ENDED_SESSIONS = "outbox_producer_sessions_ended_total";
    private static final Duration BALANCE_LIMIT = Duration.ofSeconds(90);

    private final TestDatabase database = TestServers.newDatabase();
    private final TestTopics topics;
    private final String types;
    private final Map<Integer, Service> services = new TreeMap<>();
    private final Map<Integer, Integer> ports = new HashMap<>();

    /**
     * This record is a row of the lease table.
     *
     * @param owner the id of the publisher that owns or owned the shard; null if the shard has no owner
     * @param valid whether the lease has not expired by the clock of the database
     */
    record Lease(int shard, @Nullable String owner, boolean valid) {}

    /**
     * This record describes a Kafka record that was read from the topic.
     *
     * @param sentAt the time at which the publisher passed the record to the Kafka client
     */
    record SentRecord(String id, long version, String source, Instant sentAt) {}

    /**
     * This record is the result of a comparison of the topic with the committed versions.
     *
     * @param records the number of records of the compared aggregates
     * @param repeats the number of these records that are repeats
     * @param faults a description of each gap, and of each aggregate whose last versions are missing; empty if there is
     *     none
     */
    record Comparison(int records, int repeats, List<String> faults) {}

    Publishers(String name, int count) {
        this(name, count, TestServers.kafkaBootstrapServers(), TYPE);
    }

    /** Creates publishers that send the events of these types, which are separated by commas, to these brokers. */
    Publishers(String name, int count, String bootstrapServers, String types) {
        this.topics = new TestTopics(bootstrapServers, TestServers.newTopicPrefix());
        this.types = types;
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
        for (int n = 1; n <= count; n++) {
            int port = FreePorts.find();
            ports.put(n, port);
            services.put(n, new Service("outbox-publisher", name + "-" + n, port, environment(n, port)));
        }
    }

    private Map<String, String> environment(int number, int port) {
        Map<String, String> all = new HashMap<>();
        all.put("SPRING_DATASOURCE_URL", database.url());
        all.put("SPRING_DATASOURCE_USERNAME", database.username());
        all.put("SPRING_DATASOURCE_PASSWORD", database.password());
        all.put("SPRING_KAFKA_BOOTSTRAP_SERVERS", topics.bootstrapServers());
        all.put("STUDYBUDDY_TOPIC_PREFIX", topics.prefix());
        all.put("PUBLISHER_TOPICS_TYPES", types);
        // The topics that a test needs with more replicas exist before the publisher starts.
        all.put("PUBLISHER_TOPICS_REPLICATIONFACTOR", "1");
        all.put("PUBLISHER_TOPICS_MININSYNCREPLICAS", "1");
        all.put("PUBLISHER_SOURCE", source(number));
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put("SERVER_PORT", Integer.toString(port));
        return all;
    }

    static String source(int number) {
        return "/publisher/" + number;
    }

    /** Returns the name of the topic of a type. */
    String topic(String type) {
        return topics.prefix() + type + ".v1";
    }

    Service service(int number) {
        return Objects.requireNonNull(services.get(number));
    }

    /** Returns the number of producer sessions of a publisher that ended because a record failed. */
    long countEndedProducerSessions(int number) throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:" + ports.get(number) + "/actuator/prometheus");
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines())
                    .body()
                    .filter(line -> line.startsWith(ENDED_SESSIONS))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    DataSource source() {
        return database.dataSource();
    }

    /** Starts the publishers that do not run, and waits until each one has its share of the shards. */
    void awaitBalanced(Collection<Integer> numbers) {
        numbers.stream()
                .map(this::service)
                .filter(service -> !service.isAlive())
                .forEach(Service::start);
        numbers.forEach(number -> service(number).awaitReady());
        await("each publisher has its share of the shards")
                .atMost(BALANCE_LIMIT)
                .untilAsserted(() -> {
                    int share = (Shards.COUNT + numbers.size() - 1) / numbers.size();
                    List<Integer> owned = numbers.stream().map(this::countOwned).toList();
                    assertThat(owned).allMatch(count -> count > 0 && count <= share);
                    assertThat(owned.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Shards.COUNT);
                });
    }

    /** Returns the number of shards that a running publisher owns. */
    int countOwned(int number) {
        return ownedBy(service(number).pid()).size();
    }

    /** Returns the shards that a process owns, whether or not it still runs. */
    List<Integer> ownedBy(long pid) {
        return leases().stream()
                .filter(Lease::valid)
                .filter(lease -> lease.owner() != null && lease.owner().startsWith("publisher-" + pid + "-"))
                .map(Lease::shard)
                .toList();
    }

    List<Lease> leases() {
        return query(
                "SELECT shard, owner, expires_at > now() FROM outbox_shard_lease ORDER BY shard",
                row -> new Lease(row.getInt(1), row.getString(2), row.getBoolean(3)));
    }

    /** Returns whether a process has written its heartbeat row. */
    boolean hasHeartbeat(long pid) {
        return query("SELECT id FROM outbox_publisher", row -> row.getString(1)).stream()
                .anyMatch(id -> id.startsWith("publisher-" + pid + "-"));
    }

    long countPending() {
        return query("SELECT count(*) FROM outbox WHERE processed = false", row -> row.getLong(1))
                .getFirst();
    }

    /** Returns the number of pending events whose aggregates do not have this prefix. */
    long countPendingBacklog(String otherPrefix) {
        return query(
                        "SELECT count(*) FROM outbox WHERE processed = false AND aggregate_id NOT LIKE '" + otherPrefix
                                + "%'",
                        row -> row.getLong(1))
                .getFirst();
    }

    long countDeadLetters() {
        return query("SELECT count(*) FROM outbox WHERE dead_lettered_at IS NOT NULL", row -> row.getLong(1))
                .getFirst();
    }

    /**
     * Returns the longest time from the creation of an event to its mark, for the aggregates with this prefix and
     * without the late writers' events.
     */
    Duration slowestEvent(String prefix) {
        return query(
                        "SELECT CAST(1000 * EXTRACT(EPOCH FROM max(processed_at - created_at)) AS BIGINT) FROM outbox"
                                + " WHERE aggregate_id LIKE '" + prefix + "%' AND aggregate_id NOT LIKE '%"
                                + OutboxLoad.LATE + "%'",
                        row -> Duration.ofMillis(row.getLong(1)))
                .getFirst();
    }

    /**
     * Returns the number of pending events of these shards that were written up to the given time, without the late
     * writers' events.
     */
    long countPending(Collection<Integer> shards, Instant until) {
        String in = shards.toString().replace('[', '(').replace(']', ')');
        return query(
                        "SELECT count(*) FROM outbox WHERE processed = false AND shard IN " + in
                                + " AND aggregate_id NOT LIKE '%" + OutboxLoad.LATE + "%' AND created_at <= '"
                                + until + "'",
                        row -> row.getLong(1))
                .getFirst();
    }

    Instant databaseNow() {
        return query("SELECT now()", row -> row.getTimestamp(1).toInstant()).getFirst();
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper) {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(mapper.map(rows));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** Returns all records of the topic, with the records of each partition in their order. */
    List<SentRecord> readRecords() {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                topics.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        List<SentRecord> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic(TYPE)).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> records.add(toSentRecord(record)));
            }
        }
        return records;
    }

    private static SentRecord toSentRecord(ConsumerRecord<String, byte[]> record) {
        return new SentRecord(
                record.key(),
                Long.parseLong(header(record, "ce_aggregateversion")),
                header(record, "ce_source"),
                Instant.ofEpochMilli(record.timestamp()));
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /**
     * Compares the topic with the committed versions. The topic must contain every version, and the first occurrence of
     * each must come after that of its predecessor.
     */
    Comparison compare(Map<String, Long> committed) {
        List<SentRecord> sent = readRecords().stream()
                .filter(record -> committed.containsKey(record.id()))
                .toList();
        Map<String, Long> highest = new HashMap<>();
        List<String> faults = new ArrayList<>();
        int repeats = 0;
        for (SentRecord record : sent) {
            long previous = highest.getOrDefault(record.id(), 0L);
            if (record.version() <= previous) {
                repeats++;
            } else if (record.version() > previous + 1) {
                faults.add(record + " came after version " + previous);
            }
            highest.merge(record.id(), record.version(), Math::max);
        }
        committed.forEach((id, version) -> {
            if (highest.getOrDefault(id, 0L) < version) {
                faults.add(id + " has " + version + " committed versions, but the topic ends at version "
                        + highest.getOrDefault(id, 0L));
            }
        });
        return new Comparison(sent.size(), repeats, faults);
    }

    @Override
    public void close() {
        services.values().forEach(Service::close);
        topics.remove();
        database.close();
    }
}
