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
 * Decodes each record at the head of a partition's queue once, and keeps it until its batch is applied or the queue
 * holds another record in its place. A record of the same offset and another leader epoch is another one: the log was
 * truncated and has grown again. One thread at a time uses an instance.
 */
final class DecodedRecords {

    private final RecordDecoder decoder;
    private final BatchRecorder recorder;
    private final List<DecodedRecord> decodedRecords = new ArrayList<>();

    /** This list holds the leader epoch of each kept record, in the same order. */
    private final List<Optional<Integer>> leaderEpochs = new ArrayList<>();

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

    private void discardFrom(int index) {
        decodedRecords.subList(index, decodedRecords.size()).clear();
        leaderEpochs.subList(index, leaderEpochs.size()).clear();
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
        leaderEpochs.subList(0, count).clear();
    }

    /** Discards all kept records. */
    void clear() {
        discardFrom(0);
    }
}
