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
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;

/** Runs one process of {@code mongo-projector} as it is delivered, and reads its progress from its journals. */
final class ProjectorProcess implements Target {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(20);
    private static final int MAX_FINDINGS = 5;

    private final ChildProcess process;
    private final MongoDatabase database;
    private final GenerationStore generations;
    private final Duration limit;
    private final int port;
    private int generation = 1;

    ProjectorProcess(
            ProjectorServers servers, String database, String prefix, int partitions, Path folder, Settings settings) {
        this.database = servers.database(database);
        this.generations = new GenerationStore(this.database);
        this.limit = settings.limit();
        this.port = FreePorts.one();
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
                Integer.toString(settings.workers()),
                // The other read models would add work that is not measured.
                "STUDYBUDDY_PROJECTOR_MODELS",
                Names.STUDY,
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
     * Returns the generation record, with an active generation. api-service, which does not run here, would activate a
     * generation that has caught up on full topics, so this method does.
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

    @Override
    public DrainTimes await(TopicWriter writer) {
        Map<String, Long> wantedOffsets = new HashMap<>();
        for (Map.Entry<TopicPartition, Long> end : writer.endOffsets().entrySet()) {
            for (AggregateType type : AggregateType.values()) {
                if (writer.topic(type).equals(end.getKey().topic())) {
                    wantedOffsets.put(Names.journalId(type.code(), end.getKey().partition()), end.getValue());
                }
            }
        }
        PollingWait.until("generation " + generation + " has applied all events", POLL_INTERVAL, limit, () -> {
            process.checkAlive();
            return hasApplied(wantedOffsets);
        });
        return new DrainTimes(0, TopicWriter.micros(Instant.now()));
    }

    private boolean hasApplied(Map<String, Long> wantedOffsets) {
        Map<String, Long> remaining = new HashMap<>(wantedOffsets);
        for (Document journal : database.getCollection(Names.journal(Names.STUDY, generation))
                .find()
                .projection(Projections.include(JournalFields.DONE))) {
            Long end = remaining.get(journal.getString("_id"));
            if (end != null && journal.get(JournalFields.DONE, Number.class).longValue() >= end) {
                remaining.remove(journal.getString("_id"));
            }
        }
        return remaining.isEmpty();
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
        return ReadModelComparison.of(database, generation, writer.mix().states()).stream()
                .limit(MAX_FINDINGS)
                .map(String::valueOf)
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
