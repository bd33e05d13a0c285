package dev.studybuddy.api.operations.lag;

import static dev.studybuddy.api.operations.lag.ServerQueries.awaitCompletion;
import static dev.studybuddy.api.operations.lag.ServerQueries.succeeded;
import static dev.studybuddy.api.operations.lag.ServerQueries.value;

import dev.studybuddy.api.cockroach.WriteCheck;
import dev.studybuddy.api.kafka.KafkaInspector;
import dev.studybuddy.api.kafka.RecordTimestamps;
import dev.studybuddy.api.kafka.TopicProperties;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.outbox.BacklogQuery;
import dev.studybuddy.api.outbox.OutboxBacklog;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.readmodel.SchemaWait;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Queries CockroachDB, Kafka and MongoDB in parallel and returns within three seconds, even if some of them are
 * unavailable. It reads the outbox before the end offsets of the topics, and the end offsets before the journals.
 * Therefore an event that leaves one stage during the query is counted in the next stage.
 */
@Component
public final class PipelineSampleQuery {

    /**
     * A sample waits at most this long for all queries except those of the lag. The queries of the lag follow, and the
     * sample waits for them at most one {@link #STAGE_LIMIT}.
     */
    private static final Duration TOTAL_LIMIT = Duration.ofMillis(2200);

    private static final Duration STAGE_LIMIT = Duration.ofMillis(700);
    /**
     * CockroachDB counts as writable for this long after a successful check. A single check that takes too long, for
     * example during a burst of writes, does not mean that writes fail.
     */
    private static final Duration WRITABLE_MAX_AGE = Duration.ofSeconds(4);

    private final WriteCheck writeCheck;
    private final BacklogQuery backlogQuery;
    private final KafkaInspector kafka;
    private final MongoDatabases databases;
    private final TopicProperties properties;
    private final DeadLetterCounts deadLetters;
    private final ReadModelLagQuery readModelLag;
    private final GroupLagQuery groupLags;
    private final MonotonicClock clock;
    private final Clock wallClock;
    private final ServerQueries queries = new ServerQueries();
    private final AtomicLong writableAtNanos;
    private final AtomicReference<@Nullable CompletableFuture<PipelineSample>> runningQuery = new AtomicReference<>();

    PipelineSampleQuery(
            WriteCheck writeCheck,
            BacklogQuery backlogQuery,
            KafkaInspector kafka,
            RecordTimestamps timestamps,
            MongoDatabases databases,
            TopicProperties properties,
            MonotonicClock clock,
            Clock wallClock) {
        this.writeCheck = writeCheck;
        this.backlogQuery = backlogQuery;
        this.kafka = kafka;
        this.databases = databases;
        this.properties = properties;
        this.deadLetters = new DeadLetterCounts(databases);
        this.readModelLag = new ReadModelLagQuery(kafka, timestamps, properties);
        this.groupLags = new GroupLagQuery(kafka, timestamps, properties);
        this.clock = clock;
        this.wallClock = wallClock;
        this.writableAtNanos = new AtomicLong(clock.nanos() - 2 * WRITABLE_MAX_AGE.toNanos());
    }

    /** Takes a sample. Concurrent callers share one query. */
    public PipelineSample read() {
        CompletableFuture<PipelineSample> mine = new CompletableFuture<>();
        CompletableFuture<PipelineSample> running = runningQuery.compareAndExchange(null, mine);
        if (running != null) {
            return running.join();
        }
        try {
            PipelineSample sample = measure();
            mine.complete(sample);
            return sample;
        } catch (RuntimeException | Error failed) {
            mine.completeExceptionally(failed);
            throw failed;
        } finally {
            runningQuery.set(null);
        }
    }

    private PipelineSample measure() {
        long deadlineNanos = clock.nanos() + TOTAL_LIMIT.toNanos();
        CompletableFuture<Boolean> writable = queries.start("CockroachDB", writeCheck::acceptsWrites);
        CompletableFuture<OutboxBacklog> outbox = queries.start("CockroachDB", backlogQuery::read);
        CompletableFuture<List<GenerationRecord>> stored =
                queries.start("MongoDB", () -> new GenerationStore(databases.requests()).readAll());
        CompletableFuture<Long> openDeadLetters = queries.start("MongoDB", deadLetters::countOpenDeadLetters);
        CompletableFuture<List<SchemaWait>> schemaWaits =
                queries.start("MongoDB", () -> new SchemaStore(databases.requests()).findWaits(wallClock.instant()));
        CompletableFuture<Void> ping = queries.start("Kafka", () -> {
            kafka.ping();
            return null;
        });
        boolean readInOrder = awaitCompletion(outbox, STAGE_LIMIT);
        awaitCompletion(stored, STAGE_LIMIT);
        List<GenerationRecord> records = value(stored).orElse(null);
        List<GenerationRecord> present = records == null ? List.of() : records;
        CompletableFuture<Map<String, Long>> brokenDocuments =
                queries.start("MongoDB", () -> deadLetters.countBrokenDocuments(present));
        CompletableFuture<Map<TopicPartition, Long>> ends = queries.start(
                "Kafka", () -> kafka.readEndOffsets(properties.partitions(EnumSet.allOf(AggregateType.class))));
        List<CompletableFuture<GroupLag>> groups = present.stream()
                .flatMap(record -> record.listed().stream()
                        .map(number -> queries.start("Kafka", () -> groupLags.read(record, number))))
                .toList();
        readInOrder &= awaitCompletion(ends, STAGE_LIMIT);
        Map<ReadGeneration, CompletableFuture<Map<String, Long>>> done = queryJournals(present);
        Stream.of(List.of(writable, outbox, ping, openDeadLetters, brokenDocuments, schemaWaits), groups, done.values())
                .flatMap(Collection::stream)
                .forEach(pending ->
                        awaitCompletion(pending, Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanos()))));
        OutboxBacklog backlog = value(outbox).orElse(null);
        List<GroupLag> lags =
                groups.stream().flatMap(group -> value(group).stream()).toList();
        if (value(writable).orElse(false)) {
            writableAtNanos.set(clock.nanos());
        }
        return new PipelineSample(
                clock.nanos() - writableAtNanos.get() <= WRITABLE_MAX_AGE.toNanos(),
                backlog,
                succeeded(ping),
                records != null,
                records,
                lags.size() == groups.size() && !present.isEmpty() ? lags : null,
                lagSeconds(backlog, readInOrder ? value(ends) : Optional.empty(), done),
                value(openDeadLetters).orElse(null),
                records == null ? null : value(brokenDocuments).orElse(null),
                value(schemaWaits).orElse(null));
    }

    /** Queries the journals of the active generation of each read model, except for broken generations. */
    private Map<ReadGeneration, CompletableFuture<Map<String, Long>>> queryJournals(List<GenerationRecord> records) {
        Map<ReadGeneration, CompletableFuture<Map<String, Long>>> done = new LinkedHashMap<>();
        for (GenerationRecord record : records) {
            Integer active = record.active();
            if (active != null && record.stateOf(active) != GenerationState.BROKEN) {
                ReadGeneration generation = ReadGeneration.of(record, active, databases.requests());
                done.put(generation, queries.start("MongoDB", generation::done));
            }
        }
        return done;
    }

    /**
     * Returns the lag in seconds, by read model. A read model whose journals cannot be read, or whose active generation
     * is broken, is left out, because the outbox alone would make it appear healthy.
     */
    private Map<String, Double> lagSeconds(
            @Nullable OutboxBacklog backlog,
            Optional<Map<TopicPartition, Long>> ends,
            Map<ReadGeneration, CompletableFuture<Map<String, Long>>> done) {
        if (backlog == null) {
            return Map.of();
        }
        Map<String, CompletableFuture<Optional<Double>>> seconds = new TreeMap<>();
        done.forEach((generation, offsets) -> value(offsets)
                .ifPresent(applied -> seconds.put(
                        generation.model(),
                        queries.start(
                                "Kafka",
                                () -> Optional.ofNullable(
                                        readModelLag.seconds(backlog, ends, generation.reads(), applied))))));
        long deadlineNanos = clock.nanos() + STAGE_LIMIT.toNanos();
        Map<String, Double> lags = new TreeMap<>();
        seconds.forEach((model, lag) -> {
            awaitCompletion(lag, Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanos())));
            value(lag).flatMap(Function.identity()).ifPresent(known -> lags.put(model, known));
        });
        return lags;
    }

    @PreDestroy
    void close() {
        queries.close();
    }
}
