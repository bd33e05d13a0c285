package dev.studybuddy.outbox;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/**
 * Computes the shard of an aggregate: {@code floorMod(crc32(utf8(type + '/' + id)), 64)}.
 *
 * <p>The schema fixes the number of shards by the rows of {@code outbox_shard_lease} and a CHECK. No setting changes
 * it, because two publishers with different numbers would send events of one aggregate at the same time.
 */
public final class Shards {

    /** An outbox has this number of shards. */
    public static final int COUNT = 64;

    private Shards() {}

    /**
     * Returns the shard of one aggregate. Every language that has CRC-32 (ISO-HDLC, as in zlib) computes the same
     * value.
     *
     * @return a shard from 0 to {@link #COUNT} − 1
     */
    public static int of(String aggregateType, String aggregateId) {
        CRC32 crc = new CRC32();
        crc.update((aggregateType + '/' + aggregateId).getBytes(StandardCharsets.UTF_8));
        return Math.toIntExact(Math.floorMod(crc.getValue(), (long) COUNT));
    }
}
