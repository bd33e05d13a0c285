package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.decode.RecordDecoder;
import dev.studybuddy.projector.journal.DecodedRecord;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Decodes each record at the head of a partition's queue once, and keeps it until its batch is applied or the queue
 * begins with another record. One thread at a time uses an instance.
 */
final class DecodedRecords {

    private final RecordDecoder decoder;
    private final BatchRecorder recorder;
    private final List<DecodedRecord> decodedRecords = new ArrayList<>();

    /**
     * Creates an instance without records.
     *
     * @param recorder counts each record that is decoded
     */
    DecodedRecords(RecordDecoder decoder, BatchRecorder recorder) {
        this.decoder = decoder;
        this.recorder = recorder;
    }

    /**
     * Returns the decoded records of a batch, each of which is decoded when it is first requested. Discards the kept
     * records if the batch begins with another one.
     *
     * @param records the records of the batch, which has at least one
     */
    Iterator<DecodedRecord> read(List<ConsumerRecord<byte[], byte[]>> records) {
        if (!decodedRecords.isEmpty()
                && decodedRecords.getFirst().offset() != records.getFirst().offset()) {
            decodedRecords.clear();
        }
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
                    decodedRecords.add(decoder.decode(records.get(index)));
                    recorder.countDecoded();
                }
                return decodedRecords.get(index++);
            }
        };
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
        decodedRecords.subList(0, count).clear();
    }

    /** Discards all kept records. */
    void clear() {
        decodedRecords.clear();
    }
}
