package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.decode.HeaderReader;
import dev.studybuddy.projector.mongo.BatchCircuitBreaker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds back the records of a consumer that only a newer projector reads. A record of a schema that some projector ever
 * announced waits, and with it the rest of its partition. A record above every announced schema passes, and the decoder
 * makes it a dead letter, so that a record of another program stops no partition. One thread uses an instance.
 *
 * <p>A writer uses a schema only after it has read the schema's announcement. The gate reads the announcements after it
 * has received the record. Therefore it finds the announcement of every record that such a writer wrote.
 */
final class SchemaGate {

    private static final Logger log = LoggerFactory.getLogger(SchemaGate.class);
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private final String generation;
    private final int readable;
    private final IntSupplier highestAnnounced;
    private final SchemaWaits waits;
    private final MonotonicClock clock;
    private final Map<TopicPartition, Long> retryNanos = new HashMap<>();
    private AnnouncementState announced = AnnouncementState.NOT_READ;
    private int highest;

    private enum AnnouncementState {
        NOT_READ,
        READ,
        UNAVAILABLE
    }

    /**
     * Creates a gate that holds back nothing yet.
     *
     * @param readable the newest schema that this instance reads
     * @param highestAnnounced reads the highest schema that any projector ever announced
     */
    SchemaGate(String generation, int readable, IntSupplier highestAnnounced, SchemaWaits waits, MonotonicClock clock) {
        this.generation = generation;
        this.readable = readable;
        this.highestAnnounced = highestAnnounced;
        this.waits = waits;
        this.clock = clock;
    }

    /** Starts a new poll. The gate reads the announcements at most once for the records of one poll. */
    void beginPoll() {
        announced = AnnouncementState.NOT_READ;
    }

    /** Returns the records of a partition before the first one that must wait. */
    List<ConsumerRecord<byte[], byte[]>> findReadable(
            TopicPartition partition, List<ConsumerRecord<byte[], byte[]>> records) {
        for (int index = 0; index < records.size(); index++) {
            long schema = HeaderReader.findSchemaAbove(readable, records.get(index));
            if (schema > 0 && mustWait(schema)) {
                holdBack(partition, records.get(index).offset(), schema);
                return records.subList(0, index);
            }
        }
        if (!records.isEmpty()) {
            clear(partition);
        }
        return records;
    }

    /** Returns whether a partition waits and its next attempt is not due yet. */
    boolean isHoldingBack(TopicPartition partition) {
        Long dueNanos = retryNanos.get(partition);
        return dueNanos != null && clock.nanos() - dueNanos < 0;
    }

    /** Ends the wait of a partition, because its records pass or another instance has it now. */
    void clear(TopicPartition partition) {
        if (retryNanos.remove(partition) != null) {
            waits.clear(new GenerationPartition(generation, partition));
            log.atInfo()
                    .addKeyValue("generation", generation)
                    .addKeyValue("partition", partition)
                    .log("A partition no longer waits for a newer projector on this instance");
        }
    }

    private void holdBack(TopicPartition partition, long offset, long schema) {
        waits.record(new GenerationPartition(generation, partition), offset, schema);
        if (retryNanos.put(partition, clock.nanos() + RETRY_INTERVAL.toNanos()) == null) {
            log.atWarn()
                    .addKeyValue("generation", generation)
                    .addKeyValue("partition", partition)
                    .addKeyValue("offset", offset)
                    .addKeyValue("schema", schema)
                    .addKeyValue("readable", readable)
                    .log("A record has a newer schema than this projector reads; its partition waits for a newer"
                            + " projector");
        }
    }

    /**
     * Returns whether a record of a schema must wait, because a projector announced the schema, or because MongoDB does
     * not answer.
     */
    private boolean mustWait(long schema) {
        if (announced == AnnouncementState.NOT_READ) {
            try {
                highest = highestAnnounced.getAsInt();
                announced = AnnouncementState.READ;
            } catch (RuntimeException failed) {
                if (!BatchCircuitBreaker.isOutage(failed)) {
                    throw failed;
                }
                announced = AnnouncementState.UNAVAILABLE;
                log.atDebug()
                        .addKeyValue("generation", generation)
                        .setCause(failed)
                        .log("The projector cannot read the announced schemas; records of newer schemas wait");
            }
        }
        return announced == AnnouncementState.UNAVAILABLE || schema <= highest;
    }
}
