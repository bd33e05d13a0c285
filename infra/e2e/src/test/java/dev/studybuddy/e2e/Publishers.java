package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.studybuddy.outbox.OutboxSchema;
import dev.studybuddy.outbox.Shards;
import dev.studybuddy.testkit.FreePorts;
import dev.studybuddy.testkit.TestDatabase;
import dev.studybuddy.testkit.TestServers;
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

/** An outbox of a test's own and publishers on it as processes, which tell themselves apart by {@code ce_source}. */
final class Publishers implements AutoCloseable {

    static final String TYPE = "order";
    private static final Duration WHOLE = Duration.ofSeconds(90);

    private final TestDatabase database = TestServers.newDatabase();
    private final Topics topics = new Topics(TestServers.kafkaBootstrapServers(), TestServers.newTopicPrefix());
    private final Map<Integer, Service> services = new TreeMap<>();

    /** A lease row. */
    record Lease(int shard, @Nullable String owner, boolean valid) {}

    /** A record, as it was found. */
    record Sent(String id, long version, String source, Instant handedToTheClient) {}

    /** What the topic holds. */
    record Comparison(int records, int repeats, List<String> faults) {}

    Publishers(String name, int count) {
        Flyway.configure()
                .dataSource(database.dataSource())
                .locations(OutboxSchema.LOCATION)
                .table(OutboxSchema.HISTORY_TABLE)
                .load()
                .migrate();
        for (int n = 1; n <= count; n++) {
            int port = FreePorts.one();
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
        all.put("PUBLISHER_TOPICS_TYPES", TYPE);
        all.put("PUBLISHER_SOURCE", source(number));
        all.put("SERVER_ADDRESS", "127.0.0.1");
        all.put("SERVER_PORT", Integer.toString(port));
        return all;
    }

    static String source(int number) {
        return "/publisher/" + number;
    }

    Service service(int number) {
        return Objects.requireNonNull(services.get(number));
    }

    DataSource source() {
        return database.dataSource();
    }

    /** Starts those that don't run, and waits until all of them have their share. */
    void awaitWhole(Collection<Integer> numbers) {
        numbers.stream().map(this::service).filter(service -> !service.alive()).forEach(Service::start);
        numbers.forEach(number -> service(number).awaitReady());
        await("all publishers have their share").atMost(WHOLE).untilAsserted(() -> {
            int share = (Shards.COUNT + numbers.size() - 1) / numbers.size();
            List<Integer> owned = numbers.stream().map(this::owned).toList();
            assertThat(owned).allMatch(count -> count > 0 && count <= share);
            assertThat(owned.stream().mapToInt(Integer::intValue).sum()).isEqualTo(Shards.COUNT);
        });
    }

    /** How many shards a running publisher owns. */
    int owned(int number) {
        return ownedBy(service(number).pid()).size();
    }

    /** The shards that a process owns, be it alive or not. */
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

    /** Whether a process has told of itself. */
    boolean member(long pid) {
        return query("SELECT id FROM outbox_publisher", row -> row.getString(1)).stream()
                .anyMatch(id -> id.startsWith("publisher-" + pid + "-"));
    }

    long pending() {
        return query("SELECT count(*) FROM outbox WHERE processed = false", row -> row.getLong(1))
                .getFirst();
    }

    /** What waits in these shards of what was written up to then. */
    long pending(Collection<Integer> shards, Instant writtenUpTo) {
        String in = shards.toString().replace('[', '(').replace(']', ')');
        return query(
                        "SELECT count(*) FROM outbox WHERE processed = false AND shard IN " + in
                                + " AND aggregate_id NOT LIKE '%" + OutboxLoad.LATE + "%' AND created_at <= '"
                                + writtenUpTo + "'",
                        row -> row.getLong(1))
                .getFirst();
    }

    Instant databaseNow() {
        return query("SELECT now()", row -> row.getTimestamp(1).toInstant()).getFirst();
    }

    private interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, Row<T> mapper) {
        try (Connection connection = source().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<T> found = new ArrayList<>();
            while (rows.next()) {
                found.add(mapper.of(rows));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** All records of the topic, each partition in its order. */
    List<Sent> sent() {
        Map<String, Object> config = Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                topics.bootstrapServers(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false);
        List<Sent> records = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer =
                new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topics.prefix() + TYPE + ".v1").stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
                consumer.poll(Duration.ofMillis(200)).forEach(record -> records.add(sent(record)));
            }
        }
        return records;
    }

    private static Sent sent(ConsumerRecord<String, byte[]> record) {
        return new Sent(
                record.key(),
                Long.parseLong(header(record, "ce_aggregateversion")),
                header(record, "ce_source"),
                Instant.ofEpochMilli(record.timestamp()));
    }

    private static String header(ConsumerRecord<?, ?> record, String name) {
        return new String(record.headers().lastHeader(name).value(), StandardCharsets.UTF_8);
    }

    /** Compares the topic with what was committed: every version there, its first occurrence after its predecessor's. */
    Comparison compare(Map<String, Long> committed) {
        List<Sent> sent = sent().stream()
                .filter(record -> committed.containsKey(record.id()))
                .toList();
        Map<String, Long> highest = new HashMap<>();
        List<String> faults = new ArrayList<>();
        int repeats = 0;
        for (Sent record : sent) {
            long before = highest.getOrDefault(record.id(), 0L);
            if (record.version() <= before) {
                repeats++;
            } else if (record.version() > before + 1) {
                faults.add(record + " came after version " + before);
            }
            highest.merge(record.id(), record.version(), Math::max);
        }
        committed.forEach((id, version) -> {
            if (highest.getOrDefault(id, 0L) < version) {
                faults.add(id + " has " + version + " versions, its topic " + highest.getOrDefault(id, 0L));
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
