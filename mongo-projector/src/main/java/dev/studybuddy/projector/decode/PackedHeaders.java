package dev.studybuddy.projector.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.studybuddy.projector.kafka.HeaderSizes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Holds the headers of a queued record: all values in one array, and the names in an array that consecutive records
 * share. Kafka keeps five objects for each header. With thousands of queued records, the garbage collection of these
 * objects took a third of the time of a drain. Instances are immutable.
 */
public final class PackedHeaders implements Headers {

    /** This instance holds no headers. */
    public static final PackedHeaders EMPTY = new PackedHeaders(new String[0], new int[0], new byte[0]);

    private static final int NULL_LENGTH = -1;
    private static final int BYTES_PER_HEADER = 24;

    private final String[] names;

    /** This array holds the length of each value in bytes, or {@link #NULL_LENGTH} for a null value. */
    private final int[] lengths;

    private final byte[] values;
    private final int size;

    private PackedHeaders(String[] names, int[] lengths, byte[] values) {
        this.names = names;
        this.lengths = lengths;
        this.values = values;
        int bytes = values.length;
        for (String name : names) {
            bytes += BYTES_PER_HEADER + name.length();
        }
        this.size = bytes;
    }

    /**
     * Returns a packed copy of the headers, or of the first ones if they are too large for a record. The copy shares
     * the array of names with {@code before} if the names are equal.
     */
    public static PackedHeaders of(Headers headers, PackedHeaders before) {
        Header[] all = headers.toArray();
        int count = HeaderSizes.countKept(all);
        String[] names = new String[count];
        int[] lengths = new int[count];
        int size = 0;
        for (int index = 0; index < count; index++) {
            byte[] value = all[index].value();
            names[index] = all[index].key();
            lengths[index] = value == null ? NULL_LENGTH : value.length;
            size += value == null ? 0 : value.length;
        }
        byte[] values = new byte[size];
        int offset = 0;
        for (int index = 0; index < count; index++) {
            byte[] value = all[index].value();
            if (value != null) {
                System.arraycopy(value, 0, values, offset, value.length);
                offset += value.length;
            }
        }
        return new PackedHeaders(Arrays.equals(names, before.names) ? before.names : names, lengths, values);
    }

    /** Returns the headers as they are if they are packed, or a packed copy of them. */
    public static PackedHeaders of(Headers headers) {
        return headers instanceof PackedHeaders packed ? packed : of(headers, EMPTY);
    }

    /** Returns a copy of a record with these headers instead of Kafka's. */
    public ConsumerRecord<byte[], byte[]> attachTo(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                this,
                record.leaderEpoch());
    }

    /** Returns the estimated size of the headers in memory in bytes. */
    int sizeBytes() {
        return size;
    }

    /** Returns whether the last header of a name has a value that is not empty. */
    boolean hasValue(String name) {
        int index = lastIndex(name);
        return index >= 0 && lengths[index] > 0;
    }

    /** Returns the value of the last header of a name as text, or null if there is no such header or value. */
    @Nullable
    String text(String name) {
        int index = lastIndex(name);
        return index < 0 || lengths[index] == NULL_LENGTH
                ? null
                : new String(values, valueStart(index), lengths[index], UTF_8);
    }

    @Override
    public @Nullable Header lastHeader(String name) {
        int index = lastIndex(name);
        return index < 0 ? null : headerAt(index, valueStart(index));
    }

    @Override
    public Iterable<Header> headers(String name) {
        return toList().stream().filter(header -> header.key().equals(name)).toList();
    }

    @Override
    public Header[] toArray() {
        return toList().toArray(Header[]::new);
    }

    @Override
    public Iterator<Header> iterator() {
        return toList().iterator();
    }

    @Override
    public Headers add(Header header) {
        throw new IllegalStateException("the headers of a received record are immutable");
    }

    @Override
    public Headers add(String name, byte[] value) {
        throw new IllegalStateException("the headers of a received record are immutable");
    }

    @Override
    public Headers remove(String name) {
        throw new IllegalStateException("the headers of a received record are immutable");
    }

    private List<Header> toList() {
        List<Header> all = new ArrayList<>(names.length);
        int start = 0;
        for (int index = 0; index < names.length; index++) {
            all.add(headerAt(index, start));
            start += Math.max(0, lengths[index]);
        }
        return List.copyOf(all);
    }

    private int lastIndex(String name) {
        int index = names.length - 1;
        while (index >= 0 && !names[index].equals(name)) {
            index--;
        }
        return index;
    }

    private int valueStart(int index) {
        int start = 0;
        for (int earlier = 0; earlier < index; earlier++) {
            start += Math.max(0, lengths[earlier]);
        }
        return start;
    }

    private Header headerAt(int index, int start) {
        byte[] value = lengths[index] == NULL_LENGTH ? null : Arrays.copyOfRange(values, start, start + lengths[index]);
        return new RecordHeader(names[index], value);
    }
}
