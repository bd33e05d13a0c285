package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.DecodedRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes each record at the head of a partition's queue once. It keeps the decoded record until the batch of the
 * record is applied, or until the queue holds another record in its place. Two records with the same offset and
 * different leader epochs are different records, because the log was truncated and grew again between them. After a
 * failure, the records leave the queue, and the kept records use a memory that all tasks share. A record for which this
 * memory has no room is decoded again. One thread at a time uses an instance.
 */
final class DecodedRecords {

    private final RecordDecoder decoder;
    private final BatchRecorder recorder;
    private final List<DecodedRecord> decodedRecords = new ArrayList<>();

    /** This list holds the leader epoch of each kept record, in the same order. */
    private final List<Optional<Integer>> leaderEpochs = new ArrayList<>();

    private final RetainedRecordMemory memory;

    /** This is the number of records, from the first one, whose memory is reserved. */
    private int reserved;

    /**
     * Creates an instance without records.
     *
     * @param recorder counts each record that is decoded
     * @param memory bounds the records that all tasks retain after failures
     */
    DecodedRecords(RecordDecoder decoder, BatchRecorder recorder, RetainedRecordMemory memory) {
        this.decoder = decoder;
        this.recorder = recorder;
        this.memory = memory;
    }

    /**
     * Returns the decoded records of a batch, each of which is decoded when it is first requested. Discards the kept
     * records from the first one that differs from the record of the batch in the same place.
     *
     * @param records the records of the batch, which has at least one
     */
    Iterator<DecodedRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
        discardFromFirstDifference(records);
        return new Iterator<>() {
            private int index;

            @Override
            public boolean hasNext() {
                return index < records.size();
            }

            @Override
            public DecodedRecord next() {
                if (!hasNext()) {
                    throw new NoSuchElementException();
                }
                if (index == decodedRecords.size()) {
                    ConsumerRecord<byte[], byte[]> record = records.get(index);
                    decodedRecords.add(decoder.decode(record));
                    leaderEpochs.add(record.leaderEpoch());
                    recorder.countDecoded();
                }
                return decodedRecords.get(index++);
            }
        };
    }

    private void discardFromFirstDifference(List<ConsumerRecord<byte[], byte[]>> records) {
        int compared = Math.min(decodedRecords.size(), records.size());
        for (int index = 0; index < compared; index++) {
            if (!isKept(index, records.get(index))) {
                discardFrom(index);
                return;
            }
        }
    }

    private boolean isKept(int index, ConsumerRecord<byte[], byte[]> record) {
        return decodedRecords.get(index).offset() == record.offset()
                && leaderEpochs.get(index).equals(record.leaderEpoch());
    }

    /**
     * Retains the first records for which the shared memory has room, and discards the others, because the records
     * leave the queue.
     */
    void retain() {
        while (reserved < decodedRecords.size()
                && memory.tryReserve(decodedRecords.get(reserved).sizeBytes())) {
            reserved++;
        }
        discardFrom(reserved);
    }

    private void discardFrom(int index) {
        discard(index, decodedRecords.size());
    }

    private void discard(int from, int to) {
        int reservedTo = Math.min(to, reserved);
        for (int index = from; index < reservedTo; index++) {
            memory.release(decodedRecords.get(index).sizeBytes());
        }
        reserved -= Math.max(0, reservedTo - from);
        decodedRecords.subList(from, to).clear();
        leaderEpochs.subList(from, to).clear();
    }

    /** Returns the number of kept records. */
    int count() {
        return decodedRecords.size();
    }

    /** Returns the number of kept records before an offset. */
    int countBefore(long offset) {
        int count = 0;
        while (count < decodedRecords.size() && decodedRecords.get(count).offset() < offset) {
            count++;
        }
        return count;
    }

    /** Returns a view of the first kept records, which is valid until the next change. */
    List<DecodedRecord> first(int count) {
        return decodedRecords.subList(0, count);
    }

    /** Discards the first kept records. */
    void removeFirst(int count) {
        discard(0, count);
    }

    /** Discards all kept records. */
    void clear() {
        discardFrom(0);
    }
}
