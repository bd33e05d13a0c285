package dev.studybuddy.projector.consume;

import static java.nio.charset.StandardCharsets.UTF_8;

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
 * A record's headers while it waits: all values in one array, and the names shared with the record before. Kafka keeps five
 * objects for each header, and with thousands of records waiting a third of a drain's time was garbage collection. Never
 * changes.
 */
final class PackedHeaders implements Headers {

    static final PackedHeaders NONE = new PackedHeaders(new String[0], new int[0], new byte[0]);

    private static final int NULL = -1;

    private final String[] names;

    /** Of each value its length, or {@link #NULL}. */
    private final int[] lengths;

    private final byte[] values;

    private PackedHeaders(String[] names, int[] lengths, byte[] values) {
        this.names = names;
        this.lengths = lengths;
        this.values = values;
    }

    /** The same headers; they share their names with {@code before} where those are the same. */
    static PackedHeaders of(Headers headers, PackedHeaders before) {
        Header[] all = headers.toArray();
        String[] names = new String[all.length];
        int[] lengths = new int[all.length];
        int size = 0;
        for (int n = 0; n < all.length; n++) {
            byte[] value = all[n].value();
            names[n] = all[n].key();
            lengths[n] = value == null ? NULL : value.length;
            size += value == null ? 0 : value.length;
        }
        byte[] values = new byte[size];
        int at = 0;
        for (Header header : all) {
            byte[] value = header.value();
            if (value != null) {
                System.arraycopy(value, 0, values, at, value.length);
                at += value.length;
            }
        }
        return new PackedHeaders(Arrays.equals(names, before.names) ? before.names : names, lengths, values);
    }

    static PackedHeaders of(Headers headers) {
        return headers instanceof PackedHeaders packed ? packed : of(headers, NONE);
    }

    /** A record with these headers instead of Kafka's. */
    ConsumerRecord<byte[], byte[]> on(ConsumerRecord<byte[], byte[]> record) {
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

    /** Whether the last header of a name has a value, and not an empty one. */
    boolean has(String name) {
        int n = last(name);
        return n >= 0 && lengths[n] > 0;
    }

    /** The value of the last header of a name as text; null where there is none. */
    @Nullable
    String text(String name) {
        int n = last(name);
        return n < 0 || lengths[n] == NULL ? null : new String(values, start(n), lengths[n], UTF_8);
    }

    @Override
    public @Nullable Header lastHeader(String name) {
        int n = last(name);
        return n < 0 ? null : header(n);
    }

    @Override
    public Iterable<Header> headers(String name) {
        return all().stream().filter(header -> header.key().equals(name)).toList();
    }

    @Override
    public Header[] toArray() {
        return all().toArray(Header[]::new);
    }

    @Override
    public Iterator<Header> iterator() {
        return all().iterator();
    }

    @Override
    public Headers add(Header header) {
        throw new IllegalStateException("what was read doesn't change");
    }

    @Override
    public Headers add(String name, byte[] value) {
        throw new IllegalStateException("what was read doesn't change");
    }

    @Override
    public Headers remove(String name) {
        throw new IllegalStateException("what was read doesn't change");
    }

    private List<Header> all() {
        List<Header> all = new ArrayList<>(names.length);
        for (int n = 0; n < names.length; n++) {
            all.add(header(n));
        }
        return List.copyOf(all);
    }

    private int last(String name) {
        int n = names.length - 1;
        while (n >= 0 && !names[n].equals(name)) {
            n--;
        }
        return n;
    }

    private int start(int n) {
        int start = 0;
        for (int m = 0; m < n; m++) {
            start += Math.max(0, lengths[m]);
        }
        return start;
    }

    private Header header(int n) {
        int start = start(n);
        byte[] value = lengths[n] == NULL ? null : Arrays.copyOfRange(values, start, start + lengths[n]);
        return new RecordHeader(names[n], value);
    }
}
