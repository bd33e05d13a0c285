package dev.studybuddy.outbox;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The datagram that a writer sends to publishers after its commit, and a publisher to its successor: which shards have
 * something new. Best effort: a lost one costs a poll interval, a forged one a poll.
 *
 * <p>Wire form, 12 bytes, big endian: the magic {@code SBW1}, then the shards as 64 bits, shard 0 the lowest.
 *
 * @param shardBits bit n set means that shard n has something new
 */
public record WakeUp(long shardBits) {

    /** Length of the datagram, bytes. */
    public static final int LENGTH = 12;

    private static final int MAGIC = 0x53425731;

    /** A wake-up for one shard. */
    public static WakeUp of(int shard) {
        return new WakeUp(1L << shard);
    }

    /** A wake-up for the shards of both. */
    public WakeUp and(WakeUp other) {
        return new WakeUp(shardBits | other.shardBits);
    }

    public boolean has(int shard) {
        return (shardBits & (1L << shard)) != 0;
    }

    /** The datagram's bytes. */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH).putInt(MAGIC).putLong(shardBits).array();
    }

    /** What a datagram says; empty where it is no wake-up. */
    public static Optional<WakeUp> decode(byte[] bytes, int length) {
        if (length != LENGTH || bytes.length < LENGTH) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, LENGTH);
        return buffer.getInt() == MAGIC ? Optional.of(new WakeUp(buffer.getLong())) : Optional.empty();
    }
}
