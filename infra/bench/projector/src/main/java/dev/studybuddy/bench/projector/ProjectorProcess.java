package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Projections;
import dev.studybuddy.audit.ReadModelComparison;
import dev.studybuddy.bench.harness.ChildProcess;
import dev.studybuddy.bench.harness.ProcessMemory;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.local.program.FreePorts;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.JournalFields;
import dev.studybuddy.readmodel.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bson.Document;

/** Runs one process of {@code mongo-projector} as it is delivered, and reads its progress from its journals. */
final class ProjectorProcess implements Target {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int MAX_FINDINGS = 5;

    private final ChildProcess process;
    private final MongoDatabase database;
    private final GenerationStore generations;
    private final List<String> models;
    private final Map<String, Set<String>> topicsByModel = new HashMap<>();
    private final Duration limit;
    private final int port;
    private int generation = 1;

    /**
     * Starts the process.
     *
     * @param models names of the read models that the process serves
     * @param workers number of partitions that the process handles concurrently
     * @param limit maximum duration of a wait
     */
    ProjectorProcess(
            ProjectorServers servers,
            String database,
            String prefix,
            int partitions,
            List<String> models,
            Path folder,
            int workers,
            Duration limit) {
        this.database = servers.database(database);
        this.generations = new GenerationStore(this.database);
        this.models = List.copyOf(models);
        this.limit = limit;
        this.port = FreePorts.find();
        Map<String, String> environment = new HashMap<>(Map.of(
                "SPRING_KAFKA_BOOTSTRAP_SERVERS",
                servers.bootstrap(),
                "SPRING_MONGODB_URI",
                servers.mongoUri() + "/" + database,
                "STUDYBUDDY_TOPIC_PREFIX",
                prefix,
                "STUDYBUDDY_GROUP_PREFIX",
                prefix,
                "STUDYBUDDY_TOPIC_PARTITIONS",
                Integer.toString(partitions),
                "STUDYBUDDY_PROJECTOR_WORKERS",
                Integer.toString(workers),
                "STUDYBUDDY_PROJECTOR_MODELS",
                String.join(",", models),
                "SERVER_PORT",
                Integer.toString(port)));
        this.process = ChildProcess.start(
                Programs.java(List.of(
                        "-Xmx256m",
                        "-XX:+UseParallelGC",
                        "-jar",
                        Programs.projector().toString())),
                environment,
                folder.resolve(database + ".log"));
    }

    Scrape metrics() {
        return Scrape.read(port);
    }

    /** Returns the name of the collection that holds the mirrors of a type in the measured generation. */
    String mirrorCollection(AggregateType type) {
        return Names.mirrors(type, generation);
    }

    /** Returns the number of the measured generation. */
    int generation() {
        return generation;
    }

    MongoDatabase database() {
        return database;
    }

    /**
     * Starts to build the next generation while the live one stays active.
     *
     * @return start time in microseconds since 1970
     */
    long startRebuild() {
        GenerationRecord record = activateBuilding();
        Generation live = record.generations().get(record.active());
        if (live == null) {
            throw new IllegalStateException("no generation is active");
        }
        Generation next = new Generation(
                record.last() + 1, live.projectionVersion(), live.topics(), true, Instant.now(), null, null, null);
        long startMicros = TopicWriter.micros(Instant.now());
        if (!generations.compareAndSet(record.begin(next))) {
            throw new IllegalStateException("another program changed the generation record");
        }
        generation = next.number();
        return startMicros;
    }

    /**
     * Returns the generation record with an active generation. In production, api-service activates a generation that
     * has caught up. It does not run here, so this method activates the generation.
     */
    private GenerationRecord activateBuilding() {
        GenerationRecord record = generations.read(Names.STUDY).orElseThrow();
        Integer building = record.building();
        if (record.active() != null || building == null) {
            return record;
        }
        if (!generations.compareAndSet(record.activate(building, Instant.now()))) {
            throw new IllegalStateException("another program changed the generation record");
        }
        return generations.read(Names.STUDY).orElseThrow();
    }

    /** Aborts the generation that was built, so that the live one is measured again. */
    void abortRebuild() {
        GenerationRecord record = generations.read(Names.STUDY).orElseThrow();
        if (!generations.compareAndSet(record.abort(generation, "the benchmark has measured the rebuild"))) {
            throw new IllegalStateException("another program changed the generation record");
        }
        generation = 1;
    }

    /**
     * Waits until a generation of each read model is active. The projector activates the first generation at once if
     * the topics hold few records.
     */
    void awaitActive() {
        PollingWait.until("each read model has an active generation", POLL_INTERVAL, limit, () -> {
            checkAlive();
            return models.stream()
                    .allMatch(model -> generations
                            .read(model)
                            .filter(record -> record.active() != null)
                            .isPresent());
        });
    }

    @Override
    public DrainTimes await(TopicWriter writer) {
        PollingWait.until("generation " + generation + " has applied all events", POLL_INTERVAL, limit, () -> {
            checkAlive();
            return models.stream().allMatch(model -> hasApplied(model, writer));
        });
        return new DrainTimes(0, TopicWriter.micros(Instant.now()));
    }

    private boolean hasApplied(String model, TopicWriter writer) {
        Set<String> topics = topicsOf(model);
        Map<String, Long> remaining = new HashMap<>();
        writer.endOffsets().forEach((partition, end) -> {
            if (topics.contains(partition.topic())) {
                String type = AggregateType.requireOfTopic(partition.topic()).code();
                remaining.put(Names.journalId(type, partition.partition()), end);
            }
        });
        for (Document journal : database.getCollection(Names.journal(model, generation))
                .find()
                .projection(Projections.include(JournalFields.DONE))) {
            Long end = remaining.get(journal.getString("_id"));
            if (end != null && journal.get(JournalFields.DONE, Number.class).longValue() >= end) {
                remaining.remove(journal.getString("_id"));
            }
        }
        return !topics.isEmpty() && remaining.isEmpty();
    }

    /** Returns the topics of a read model, or an empty set if it has no generation yet. */
    private Set<String> topicsOf(String model) {
        Set<String> topics = topicsByModel.getOrDefault(model, Set.of());
        if (topics.isEmpty()) {
            topics = generations
                    .read(model)
                    .map(record -> record.generations().get(generation))
                    .map(one -> one.topics().keySet())
                    .orElse(Set.of());
            topicsByModel.put(model, topics);
        }
        return topics;
    }

    /**
     * Checks that the process is running.
     *
     * @throws IllegalStateException with the end of the log if the process has ended
     */
    void checkAlive() {
        process.checkAlive();
    }

    /** Kills the process, as {@code kill -9} does. */
    void kill() {
        process.kill();
    }

    @Override
    public double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public long peakMemoryMib() {
        return ProcessMemory.peakMib(process.pid());
    }

    @Override
    public List<String> differences(TopicWriter writer) {
        return ReadModelComparison.of(database, generation, writer.mix()).stream()
                .limit(MAX_FINDINGS)
                .map(String::valueOf)
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
