package dev.studybuddy.bench.connector;

import com.mongodb.kafka.connect.sink.MongoSinkTask;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.sink.SinkTaskContext;

/**
 * Drives one sink task. The value is the JSON text, as the connector's string converter passes it. The key is
 * {@code {_id: <key>}}, as the transformation {@code HoistField$Key} passes it, so that {@code ProvidedInKeyStrategy}
 * uses the aggregate's id as {@code _id} and {@code ReplaceOneDefaultStrategy} replaces by {@code _id} alone. The task
 * writes one bulk for each topic of a poll ({@code max.batch.size} 0, the default). The bulk is ordered (the default),
 * because a poll contains several states of one aggregate.
 */
final class SinkTaskDriver implements AutoCloseable {

    private final MongoSinkTask task = new MongoSinkTask();

    SinkTaskDriver(Map<String, String> environment, List<String> topics) {
        Map<String, String> settings = new HashMap<>();
        settings.put("topics", String.join(",", topics));
        settings.put("connection.uri", ConnectorSink.required(environment, "BENCH_MONGO"));
        settings.put("database", ConnectorSink.required(environment, "BENCH_DATABASE"));
        settings.put(
                "document.id.strategy", "com.mongodb.kafka.connect.sink.processor.id.strategy.ProvidedInKeyStrategy");
        settings.put("document.id.strategy.overwrite.existing", "true");
        settings.put(
                "writemodel.strategy", "com.mongodb.kafka.connect.sink.writemodel.strategy.ReplaceOneDefaultStrategy");
        task.initialize(new Context(settings));
        task.start(settings);
    }

    void put(ConsumerRecords<String, String> polled) {
        List<SinkRecord> records = new ArrayList<>(polled.count());
        for (ConsumerRecord<String, String> one : polled) {
            records.add(new SinkRecord(
                    one.topic(),
                    one.partition(),
                    null,
                    Map.of("_id", one.key()),
                    null,
                    one.value(),
                    one.offset(),
                    one.timestamp(),
                    TimestampType.CREATE_TIME));
        }
        task.put(records);
    }

    @Override
    public void close() {
        task.stop();
    }

    /**
     * This record is the worker's interface to the task. A task that reports no errant records needs only its settings.
     */
    private record Context(Map<String, String> configs) implements SinkTaskContext {

        @Override
        public void offset(Map<TopicPartition, Long> offsets) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void offset(TopicPartition partition, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void timeout(long timeoutMs) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Set<TopicPartition> assignment() {
            return Set.of();
        }

        @Override
        public void pause(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void resume(TopicPartition... partitions) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PluginMetrics pluginMetrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void requestCommit() {
            throw new UnsupportedOperationException();
        }

        @Override
        @SuppressWarnings("NullAway") // The interface defines null for a worker that does not report errant records.
        public org.apache.kafka.connect.sink.ErrantRecordReporter errantRecordReporter() {
            return null;
        }
    }
}
