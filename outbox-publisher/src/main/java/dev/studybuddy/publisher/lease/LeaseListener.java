package dev.studybuddy.publisher.lease;

/** Receives the changes of leases that are counted. */
public interface LeaseListener {

    /** Reports shards that this instance took or received by a hand-over. */
    void shardsTaken(int shards);

    /** Reports shards that this instance lost without a hand-over. */
    void shardsLost(int shards);
}
