package dev.studybuddy.outbox;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * The shard of an aggregate: {@code floorMod(crc32(utf8(type + '/' + id)), 64)}.
 *
 * <p>The count is a fact of the schema (the rows of {@code outbox_shard_lease} and a CHECK), never of configuration:
 * two counts at once would let two publishers send for one aggregate.
 */
public final class Shards {

    /** How many shards an outbox has. */
    public static final int COUNT = 64;

    private Shards() {}

    /**
     * The shard of one aggregate, the same in every language that has CRC-32 (ISO-HDLC, as in zlib).
     *
     * @return 0 to {@link #COUNT} − 1
     */
    public static int of(String aggregateType, String aggregateId) {
        CRC32 crc = new CRC32();
        crc.update((aggregateType + '/' + aggregateId).getBytes(StandardCharsets.UTF_8));
        return Math.toIntExact(Math.floorMod(crc.getValue(), (long) COUNT));
    }
}
