package dev.studybuddy.outbox;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A wake-up is a datagram that names the shards with new rows. A writer sends it to the publishers after its commit,
 * and a publisher sends it to its successor after a hand-over. Delivery is best effort. If the wake-up of a writer is
 * lost, the event waits until the next poll or sweep of its shard. If the wake-up of a publisher is lost, the successor
 * finds its shards at its next heartbeat. A forged wake-up causes one poll.
 *
 * <p>The datagram has 12 bytes, big endian: the magic {@code SBW1}, then 64 bits of shards, with shard 0 as the lowest
 * bit.
 *
 * @param shardBits the set of shards with new rows; bit n stands for shard n
 */
public record WakeUp(long shardBits) {

    /** A datagram has this length in bytes. */
    public static final int LENGTH = 12;

    private static final int MAGIC = 0x53425731;

    /** Returns a wake-up for one shard. */
    public static WakeUp of(int shard) {
        return new WakeUp(1L << shard);
    }

    /** Returns a wake-up for the shards of both wake-ups. */
    public WakeUp and(WakeUp other) {
        return new WakeUp(shardBits | other.shardBits);
    }

    /** Returns whether this wake-up names the shard. */
    public boolean has(int shard) {
        return (shardBits & (1L << shard)) != 0;
    }

    /** Returns the bytes of the datagram. */
    public byte[] encode() {
        return ByteBuffer.allocate(LENGTH).putInt(MAGIC).putLong(shardBits).array();
    }

    /** Returns the wake-up that a datagram contains, or an empty value if the datagram is not a wake-up. */
    public static Optional<WakeUp> decode(byte[] bytes, int length) {
        if (length != LENGTH || bytes.length < LENGTH) {
            return Optional.empty();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, LENGTH);
        return buffer.getInt() == MAGIC ? Optional.of(new WakeUp(buffer.getLong())) : Optional.empty();
    }
}
