package dev.studybuddy.bench.projector;

import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.Projections;
import dev.studybuddy.audit.ReadModelComparison;
import dev.studybuddy.bench.projector.workload.TopicWriter;
import dev.studybuddy.bench.relays.servers.BenchServers;
import dev.studybuddy.bench.relays.servers.OwnProcess;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;

/** One process of {@code mongo-projector} as it is delivered. What it did is read from its journals. */
final class OurProjector implements Carrier {

    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final int MOST_FINDINGS = 5;

    private final OwnProcess process;
    private final MongoDatabase database;
    private final GenerationStore generations;
    private final Duration limit;
    private final int port;
    private int generation = 1;

    OurProjector(Servers servers, String database, String prefix, int partitions, Path folder, Settings settings) {
        this.database = servers.database(database);
        this.generations = new GenerationStore(this.database);
        this.limit = settings.limit();
        this.port = BenchServers.freePort();
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
                // The other read models would do their own work beside what is measured.
                "STUDYBUDDY_PROJECTOR_MODELS",
                Names.STUDY,
                "SERVER_PORT",
                Integer.toString(port)));
        this.process = OwnProcess.start(
                Programs.java(List.of(
                        "-Xmx256m",
                        "-XX:+UseParallelGC",
                        "-jar",
                        Programs.projector().toString())),
                environment,
                folder.resolve(database + ".log"));
    }

    Scrape metrics() {
        return Scrape.of(port);
    }

    /** Where mirrors of a type are. */
    String mirrors(AggregateType type) {
        return Names.mirrors(type, generation);
    }

    /** Which one is looked at. */
    int generation() {
        return generation;
    }

    MongoDatabase database() {
        return database;
    }

    /**
     * Begins to build the next generation beside the live one.
     *
     * @return when, microseconds since 1970
     */
    long rebuild() {
        GenerationRecord record = activated();
        Generation live = record.generations().get(record.active());
        if (live == null) {
            throw new IllegalStateException("no generation is active");
        }
        Generation next = new Generation(
                record.last() + 1, live.projectionVersion(), live.topics(), true, Instant.now(), null, null, null);
        long began = TopicWriter.micros(Instant.now());
        if (!generations.compareAndSet(record.with(next).listing(record.active(), record.previous(), next.number()))) {
            throw new IllegalStateException("somebody else changed the generations");
        }
        generation = next.number();
        return began;
    }

    /** The record with an active generation: what caught up on full topics is api-service's to activate, absent here. */
    private GenerationRecord activated() {
        GenerationRecord record = generations.read(Names.STUDY).orElseThrow();
        if (record.active() != null) {
            return record;
        }
        if (!generations.compareAndSet(record.listing(record.building(), null, null))) {
            throw new IllegalStateException("somebody else changed the generations");
        }
        return generations.read(Names.STUDY).orElseThrow();
    }

    /** Gives up the generation that was built; the live one is looked at again. */
    void abort() {
        GenerationRecord record = generations.read(Names.STUDY).orElseThrow();
        Generation built = record.generations().get(generation);
        if (built == null
                || !generations.compareAndSet(record.with(built.ended(Generation.End.ABORTED, "it was only measured"))
                        .listing(record.active(), record.previous(), null))) {
            throw new IllegalStateException("somebody else changed the generations");
        }
        generation = 1;
    }

    @Override
    public Drained await(TopicWriter writer) {
        Map<String, Long> wanted = new HashMap<>();
        for (Map.Entry<TopicPartition, Long> end : writer.ends().entrySet()) {
            for (AggregateType type : AggregateType.values()) {
                if (writer.topic(type).equals(end.getKey().topic())) {
                    wanted.put(Names.journalId(type.code(), end.getKey().partition()), end.getValue());
                }
            }
        }
        Waiting.until("a caught-up generation " + generation, LOOK_EVERY, limit, () -> {
            process.checkAlive();
            return reached(wanted);
        });
        return new Drained(0, TopicWriter.micros(Instant.now()));
    }

    private boolean reached(Map<String, Long> wanted) {
        Map<String, Long> open = new HashMap<>(wanted);
        for (Document journal : database.getCollection(Names.journal(Names.STUDY, generation))
                .find()
                .projection(Projections.include("done"))) {
            Long end = open.get(journal.getString("_id"));
            if (end != null && journal.get("done", Number.class).longValue() >= end) {
                open.remove(journal.getString("_id"));
            }
        }
        return open.isEmpty();
    }

    @Override
    public double cpuSeconds() {
        return process.cpuSeconds();
    }

    @Override
    public long memoryMib() {
        return Memory.mostMib(process.pid());
    }

    @Override
    public List<String> differences(TopicWriter writer) {
        return ReadModelComparison.of(database, generation, writer.mix().states()).stream()
                .limit(MOST_FINDINGS)
                .map(String::valueOf)
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
