package dev.studybuddy.api.operations.lag;

import com.mongodb.client.model.CountOptions;
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
import dev.studybuddy.readmodel.DeadLetter;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationState;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.SchemaStore;
import dev.studybuddy.readmodel.SchemaWait;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Queries all three servers in parallel and returns within three seconds, even if servers are unavailable. It reads the
 * outbox before the end offsets of the topics, and these before the journals, so that an event that leaves one stage during
 * the query is counted in the next stage.
 */
@Component
public final class PipelineStateQuery {

    private static final Logger LOG = LoggerFactory.getLogger(PipelineStateQuery.class);
    private static final Duration TOTAL_LIMIT = Duration.ofMillis(2500);
    private static final Duration STAGE_LIMIT = Duration.ofMillis(700);
    /**
     * CockroachDB counts as writable for this long after a successful check, because a single check that takes too
     * long, for example during a burst of writes, does not mean that writes fail.
     */
    private static final Duration WRITABLE_MAX_AGE = Duration.ofSeconds(4);

    private static final CountOptions BOUNDED = new CountOptions().limit(10_001);

    private final WriteCheck writeCheck;
    private final BacklogQuery backlogQuery;
    private final KafkaInspector kafka;
    private final MongoDatabases databases;
    private final TopicProperties properties;
    private final ReadModelLagQuery readModelLag;
    private final GroupLagQuery groupLags;
    private final MonotonicClock clock;
    private final Clock wallClock;
    private final ExecutorService queries = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("query-", 0).factory());
    private final AtomicLong writableAtNanos;
    private final AtomicReference<@Nullable CompletableFuture<PipelineState>> runningQuery = new AtomicReference<>();

    PipelineStateQuery(
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
        this.readModelLag = new ReadModelLagQuery(kafka, timestamps, properties);
        this.groupLags = new GroupLagQuery(kafka, timestamps, properties);
        this.clock = clock;
        this.wallClock = wallClock;
        this.writableAtNanos = new AtomicLong(clock.nanos() - 2 * WRITABLE_MAX_AGE.toNanos());
    }

    /** Returns the present state. Concurrent callers share one query. */
    public PipelineState read() {
        CompletableFuture<PipelineState> mine = new CompletableFuture<>();
        CompletableFuture<PipelineState> running = runningQuery.compareAndExchange(null, mine);
        if (running != null) {
            return running.join();
        }
        try {
            PipelineState state = measure();
            mine.complete(state);
            return state;
        } catch (RuntimeException | Error failed) {
            mine.completeExceptionally(failed);
            throw failed;
        } finally {
            runningQuery.set(null);
        }
    }

    private PipelineState measure() {
        long deadlineNanos = clock.nanos() + TOTAL_LIMIT.toNanos();
        CompletableFuture<Boolean> writable = query("CockroachDB", writeCheck::acceptsWrites);
        CompletableFuture<OutboxBacklog> outbox = query("CockroachDB", backlogQuery::read);
        CompletableFuture<List<GenerationRecord>> stored =
                query("MongoDB", () -> new GenerationStore(databases.requests()).readAll());
        CompletableFuture<Long> openDeadLetters = query("MongoDB", this::countOpenDeadLetters);
        CompletableFuture<List<SchemaWait>> schemaWaits =
                query("MongoDB", () -> new SchemaStore(databases.requests()).findWaits(wallClock.instant()));
        CompletableFuture<Void> ping = query("Kafka", () -> {
            kafka.ping();
            return null;
        });
        boolean ordered = awaitCompletion(outbox, STAGE_LIMIT);
        awaitCompletion(stored, STAGE_LIMIT);
        List<GenerationRecord> records = value(stored).orElse(null);
        List<GenerationRecord> present = records == null ? List.of() : records;
        CompletableFuture<Long> brokenDocuments = query("MongoDB", () -> countBrokenDocuments(present));
        CompletableFuture<Map<TopicPartition, Long>> ends =
                query("Kafka", () -> kafka.readEndOffsets(properties.partitions(EnumSet.allOf(AggregateType.class))));
        List<CompletableFuture<GroupLag>> groups = present.stream()
                .flatMap(record ->
                        record.listed().stream().map(number -> query("Kafka", () -> groupLags.read(record, number))))
                .toList();
        ordered &= awaitCompletion(ends, STAGE_LIMIT);
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
        return new PipelineState(
                clock.nanos() - writableAtNanos.get() <= WRITABLE_MAX_AGE.toNanos(),
                backlog,
                succeeded(ping),
                records != null,
                records,
                lags.size() == groups.size() && !present.isEmpty() ? lags : null,
                lagSeconds(backlog, ordered ? value(ends) : Optional.empty(), done),
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
                done.put(generation, query("MongoDB", generation::done));
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
        Map<String, CompletableFuture<Optional<Double>>> queries = new TreeMap<>();
        done.forEach((generation, offsets) -> value(offsets)
                .ifPresent(applied -> queries.put(
                        generation.model(),
                        query(
                                "Kafka",
                                () -> Optional.ofNullable(
                                        readModelLag.seconds(backlog, ends, generation.reads(), applied))))));
        long deadlineNanos = clock.nanos() + STAGE_LIMIT.toNanos();
        Map<String, Double> lags = new TreeMap<>();
        queries.forEach((model, seconds) -> {
            awaitCompletion(seconds, Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanos())));
            value(seconds).flatMap(Function.identity()).ifPresent(lag -> lags.put(model, lag));
        });
        return lags;
    }

    private long countOpenDeadLetters() {
        Document open = new Document("state", DeadLetter.code(DeadLetter.State.OPEN));
        return count(Names.DEAD_LETTERS, open);
    }

    private long countBrokenDocuments(List<GenerationRecord> records) {
        List<Document> listed = new ArrayList<>();
        for (GenerationRecord record : records) {
            for (int generation : record.listed()) {
                listed.add(new Document("model", record.model()).append("generation", generation));
            }
        }
        return listed.isEmpty() ? 0 : count(Names.BROKEN, new Document("$or", listed));
    }

    private long count(String collection, Document filter) {
        return databases.requests().getCollection(collection).countDocuments(filter, BOUNDED);
    }

    private <T> CompletableFuture<T> query(String server, Supplier<T> query) {
        return CompletableFuture.supplyAsync(query, queries).whenComplete((answer, failed) -> {
            if (failed != null) {
                LOG.atDebug()
                        .addKeyValue("server", server)
                        .addKeyValue("error", failed.toString())
                        .log("A server did not answer a query; its values are unknown in this state, and"
                                + " the next sample queries it again");
            }
        });
    }

    /** Waits until a query completes or fails, and returns whether it did so in time. */
    private static boolean awaitCompletion(CompletableFuture<?> future, Duration timeout) {
        return future.<Boolean>handle((answer, failed) -> true)
                .completeOnTimeout(false, timeout.toNanos(), TimeUnit.NANOSECONDS)
                .join();
    }

    private static boolean succeeded(CompletableFuture<?> future) {
        return future.isDone() && !future.isCompletedExceptionally();
    }

    private static <T> Optional<T> value(CompletableFuture<T> future) {
        return succeeded(future) ? Optional.ofNullable(future.getNow(null)) : Optional.empty();
    }

    @PreDestroy
    void close() {
        queries.shutdownNow();
    }
}
