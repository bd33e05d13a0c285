package dev.studybuddy.api.lag;

import com.mongodb.client.model.CountOptions;
import dev.studybuddy.api.ApiProperties;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Asks all three servers side by side and answers within three seconds, whoever is away. The outbox is read before the
 * ends of the topics, and these before the journals: an event that has left one stage is then seen in the next.
 */
@Component
public final class SyncProbe {

    private static final Logger LOG = LoggerFactory.getLogger(SyncProbe.class);
    private static final Duration ANSWER = Duration.ofMillis(2500);
    private static final Duration TURN = Duration.ofMillis(700);
    private static final int MOST_COUNTED = 10_001;

    private final OutboxBacklogs backlogs;
    private final Broker broker;
    private final RecordTimes times;
    private final MongoDatabases databases;
    private final ApiProperties properties;
    private final ExecutorService probes = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("probe-", 0).factory());
    private final AtomicReference<@Nullable CompletableFuture<SyncState>> underWay = new AtomicReference<>();

    SyncProbe(
            OutboxBacklogs backlogs,
            Broker broker,
            RecordTimes times,
            MongoDatabases databases,
            ApiProperties properties) {
        this.backlogs = backlogs;
        this.broker = broker;
        this.times = times;
        this.databases = databases;
        this.properties = properties;
    }

    /** The state now; callers at the same time share one probe. */
    public SyncState probe() {
        CompletableFuture<SyncState> mine = new CompletableFuture<>();
        CompletableFuture<SyncState> running = underWay.compareAndExchange(null, mine);
        if (running != null) {
            return running.join();
        }
        try {
            SyncState state = fresh();
            mine.complete(state);
            return state;
        } catch (RuntimeException failed) {
            mine.completeExceptionally(failed);
            throw failed;
        } finally {
            underWay.set(null);
        }
    }

    /** The state now, read after this call began. */
    public SyncState fresh() {
        long end = System.nanoTime() + ANSWER.toNanos();
        CompletableFuture<OutboxBacklog> outbox = ask("CockroachDB", backlogs::read);
        CompletableFuture<List<GenerationRecord>> record =
                ask("MongoDB", () -> new GenerationStore(databases.requests()).readAll());
        CompletableFuture<Counts> counts = ask("MongoDB", this::counts);
        CompletableFuture<Void> ping = ask("Kafka", () -> {
            broker.ping();
            return null;
        });
        boolean ordered = settled(outbox, TURN);
        settled(record, TURN);
        List<GenerationRecord> records = value(record).orElse(null);
        List<GenerationRecord> known = records == null ? List.of() : records;
        CompletableFuture<Map<TopicPartition, Long>> ends =
                ask("Kafka", () -> broker.ends(partitions(EnumSet.allOf(AggregateType.class))));
        List<CompletableFuture<GroupLag>> groups = known.stream()
                .flatMap(one -> one.listed().stream().map(number -> ask("Kafka", () -> group(one, number))))
                .toList();
        ordered &= settled(ends, TURN);
        Map<GenerationRecord, CompletableFuture<Map<String, Long>>> done = new LinkedHashMap<>();
        for (GenerationRecord one : known) {
            Integer active = one.active();
            if (active != null) {
                done.put(
                        one,
                        ask(
                                "MongoDB",
                                () -> ReadGeneration.of(one, active, databases.requests())
                                        .done()));
            }
        }
        for (CompletableFuture<?> one : Stream.of(List.of(outbox, ping, counts), groups, done.values())
                .flatMap(Collection::stream)
                .toList()) {
            settled(one, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
        }
        OutboxBacklog backlog = value(outbox).orElse(null);
        Counts counted = value(counts).orElse(null);
        List<GroupLag> lags =
                groups.stream().flatMap(one -> value(one).stream()).toList();
        return new SyncState(
                backlog,
                isWell(ping),
                counted != null,
                records,
                lags.size() == groups.size() && !known.isEmpty() ? lags : null,
                lagSeconds(backlog, ordered ? value(ends) : Optional.empty(), done),
                counted == null ? null : counted.deadLetters(),
                counted == null ? null : counted.broken());
    }

    /** By read model; what a model shows that can't be asked is not known, and the outbox alone would say that all is well. */
    private Map<String, Double> lagSeconds(
            @Nullable OutboxBacklog backlog,
            Optional<Map<TopicPartition, Long>> ends,
            Map<GenerationRecord, CompletableFuture<Map<String, Long>>> done) {
        if (backlog == null) {
            return Map.of();
        }
        Map<String, CompletableFuture<Optional<Double>>> asked = new TreeMap<>();
        done.forEach((record, offsets) -> value(offsets)
                .ifPresent(shown -> asked.put(
                        record.model(),
                        ask("Kafka", () -> Optional.ofNullable(lagSeconds(backlog, ends, record, shown))))));
        long end = System.nanoTime() + TURN.toNanos();
        Map<String, Double> lags = new TreeMap<>();
        asked.forEach((model, seconds) -> {
            settled(seconds, Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            value(seconds).flatMap(Function.identity()).ifPresent(known -> lags.put(model, known));
        });
        return lags;
    }

    private @Nullable Double lagSeconds(
            OutboxBacklog backlog,
            Optional<Map<TopicPartition, Long>> ends,
            GenerationRecord record,
            Map<String, Long> done) {
        if (ends.isEmpty()) {
            return backlog.oldest()
                    .map(oldest -> seconds(oldest, backlog.now()))
                    .orElse(null);
        }
        Map<TopicPartition, Long> unseen = unseen(record, ends.get(), done);
        if (unseen == null) {
            return null;
        }
        Map<TopicPartition, Instant> written = unseen.isEmpty() ? Map.of() : times.at(unseen);
        if (written.size() < unseen.size()) {
            return null;
        }
        return Stream.concat(backlog.oldest().stream(), written.values().stream())
                .min(Comparator.naturalOrder())
                .map(oldest -> Math.max(0.001, seconds(oldest, backlog.now())))
                .orElse(0.0);
    }

    /** From where each partition has events that a model doesn't show; null where a journal is missing. */
    private @Nullable Map<TopicPartition, Long> unseen(
            GenerationRecord record, Map<TopicPartition, Long> ends, Map<String, Long> done) {
        Map<TopicPartition, Long> unseen = new HashMap<>();
        for (AggregateType type : record.reads()) {
            for (TopicPartition partition : partitions(EnumSet.of(type))) {
                Long reached = done.get(Names.journalId(type.code(), partition.partition()));
                if (reached == null) {
                    return null;
                }
                if (reached < ends.getOrDefault(partition, 0L)) {
                    unseen.put(partition, reached);
                }
            }
        }
        return unseen;
    }

    private GroupLag group(GenerationRecord record, int generation) {
        String group = Names.group(properties.groupPrefix(), record.model(), generation);
        List<TopicPartition> partitions = partitions(record.reads());
        Map<TopicPartition, Long> committed = broker.committed(group);
        Set<TopicPartition> assigned = broker.assigned(group);
        Map<TopicPartition, Long> ends = broker.ends(partitions);
        Map<TopicPartition, Long> behind = new HashMap<>();
        committed.forEach((partition, offset) -> {
            if (offset < ends.getOrDefault(partition, 0L)) {
                behind.put(partition, offset);
            }
        });
        Map<TopicPartition, Instant> waiting = behind.isEmpty() ? Map.of() : times.at(behind);
        List<GroupLag.Partition> lags = new ArrayList<>();
        for (TopicPartition one : partitions) {
            Long at = committed.get(one);
            long end = ends.getOrDefault(one, 0L);
            Long lag = at == null ? null : Long.valueOf(Math.max(0, end - at));
            lags.add(new GroupLag.Partition(one.topic(), one.partition(), at, end, lag, waiting.get(one)));
        }
        return new GroupLag(group, record.model(), generation, assigned.containsAll(partitions), lags);
    }

    private Counts counts() {
        CountOptions bounded = new CountOptions().limit(MOST_COUNTED);
        Document open = new Document("state", DeadLetter.code(DeadLetter.State.OPEN));
        return new Counts(
                databases.requests().getCollection(Names.DEAD_LETTERS).countDocuments(open, bounded),
                databases.requests().getCollection(Names.BROKEN).countDocuments(new Document(), bounded));
    }

    private List<TopicPartition> partitions(Set<AggregateType> types) {
        return types.stream()
                .map(type -> type.topic(properties.topicPrefix()))
                .flatMap(topic -> IntStream.range(0, properties.topicPartitions())
                        .mapToObj(partition -> new TopicPartition(topic, partition)))
                .toList();
    }

    private <T> CompletableFuture<T> ask(String server, Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, probes).whenComplete((answer, failed) -> {
            if (failed != null) {
                LOG.atDebug()
                        .addKeyValue("server", server)
                        .addKeyValue("error", failed.toString())
                        .log("A server doesn't answer a probe");
            }
        });
    }

    /** Waits for an answer or a failure; false where neither came in time. */
    private static boolean settled(CompletableFuture<?> future, Duration most) {
        return future.<Boolean>handle((answer, failed) -> true)
                .completeOnTimeout(false, most.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    private static boolean isWell(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }

    private static <T> Optional<T> value(CompletableFuture<T> future) {
        return isWell(future) ? Optional.ofNullable(future.getNow(null)) : Optional.empty();
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    @PreDestroy
    void close() {
        probes.shutdownNow();
    }

    private record Counts(long deadLetters, long broken) {}
}
