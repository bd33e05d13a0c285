package dev.studybuddy.bench.projector.limits;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.mongodb.WriteConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.ReplaceOneModel;
import com.mongodb.client.model.ReplaceOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.WriteModel;
import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.EventJson;
import dev.studybuddy.readmodel.StudyContribution;
import dev.studybuddy.readmodel.Sums;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.bson.Document;

/**
 * A bare writer writes documents that it decoded before the measured time: one document for each event, in bulks of 500
 * with a filter on {@code _id} alone. It writes the bulks of a partition one after the other, and as many partitions
 * concurrently as the projector does. With sums, each bulk is followed by one that adds to the sum documents that the
 * projector keeps. It has no journal, no conditions and no reads, so it is not safe against any failure.
 */
final class BareWriter implements LimitProgram.Limit {

    private static final int BULK_SIZE = 500;

    private final RecordReader reader;
    private final boolean sums;
    private final MongoClient client;
    private final MongoDatabase database;
    private final ExecutorService threads;
    private final Map<String, AggregateState> previousStates = new LinkedHashMap<>();

    BareWriter(Map<String, String> environment, RecordReader reader, boolean sums) {
        this.reader = reader;
        this.sums = sums;
        this.client = MongoClients.create(String.valueOf(environment.get("BENCH_MONGO")));
        this.database = client.getDatabase(String.valueOf(environment.get("BENCH_DATABASE")))
                .withWriteConcern(WriteConcern.MAJORITY);
        this.threads = Executors.newFixedThreadPool(Integer.parseInt(String.valueOf(environment.get("BENCH_THREADS"))));
    }

    /** This record holds the bulks of one partition, which are ready to send. */
    private record PartitionBulks(
            String collection, List<List<WriteModel<Document>>> mirrors, List<List<WriteModel<Document>>> sums) {}

    @Override
    public long handle(long total) throws ExecutionException, InterruptedException {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> read = new LinkedHashMap<>();
        reader.readUntil(
                total,
                record -> read.computeIfAbsent(
                                new TopicPartition(record.topic(), record.partition()), any -> new ArrayList<>())
                        .add(record));
        List<PartitionBulks> work = new ArrayList<>();
        read.forEach((partition, records) -> work.add(bulks(partition.topic(), records)));
        long startMicros = LimitProgram.nowMicros();
        List<Future<?>> running = new ArrayList<>();
        for (PartitionBulks one : work) {
            running.add(threads.submit(() -> write(one)));
        }
        for (Future<?> one : running) {
            one.get();
        }
        return startMicros;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.close();
        reader.close();
    }

    private void write(PartitionBulks bulks) {
        for (int n = 0; n < bulks.mirrors().size(); n++) {
            database.getCollection(bulks.collection()).bulkWrite(bulks.mirrors().get(n));
            if (sums && !bulks.sums().get(n).isEmpty()) {
                database.getCollection("sums").bulkWrite(bulks.sums().get(n), new BulkWriteOptions().ordered(false));
            }
        }
    }

    private PartitionBulks bulks(String topic, List<ConsumerRecord<byte[], byte[]>> records) {
        List<List<WriteModel<Document>>> mirrors = new ArrayList<>();
        List<List<WriteModel<Document>>> added = new ArrayList<>();
        for (int from = 0; from < records.size(); from += BULK_SIZE) {
            List<ConsumerRecord<byte[], byte[]>> batch =
                    records.subList(from, Math.min(from + BULK_SIZE, records.size()));
            mirrors.add(batch.stream().map(BareWriter::mirror).toList());
            added.add(sums ? sums(topic, batch) : List.of());
        }
        return new PartitionBulks(topic, mirrors, added);
    }

    private static WriteModel<Document> mirror(ConsumerRecord<byte[], byte[]> record) {
        Document state = Document.parse(new String(record.value(), UTF_8));
        String id = state.getString("id");
        state.remove("id");
        Document mirror = new Document("_id", id);
        mirror.putAll(state);
        return new ReplaceOneModel<>(new Document("_id", id), mirror, new ReplaceOptions().upsert(true));
    }

    private List<WriteModel<Document>> sums(String topic, List<ConsumerRecord<byte[], byte[]>> batch) {
        Sums change = new Sums();
        for (ConsumerRecord<byte[], byte[]> record : batch) {
            AggregateState state = EventJson.read(type(topic), record.value());
            AggregateState previous = previousStates.put(topic + state.id(), state);
            StudyContribution.add(change, state, 1);
            if (previous != null) {
                StudyContribution.add(change, previous, -1);
            }
        }
        List<WriteModel<Document>> writes = new ArrayList<>();
        change.forEach((key, amounts) -> writes.add(new UpdateOneModel<>(
                new Document("_id", key.id()),
                new Document("$inc", new Document(amounts))
                        .append("$setOnInsert", new Document("kind", key.kind()).append("period", key.period())),
                new UpdateOptions().upsert(true))));
        return writes;
    }

    private static AggregateType type(String topic) {
        for (AggregateType type : AggregateType.values()) {
            if (topic.endsWith(type.topic(""))) {
                return type;
            }
        }
        throw new IllegalArgumentException("no aggregate type has the topic " + topic);
    }
}
