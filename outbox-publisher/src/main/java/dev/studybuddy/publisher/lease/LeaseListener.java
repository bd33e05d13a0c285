package dev.studybuddy.publisher.lease;

/** Receives the changes of leases that are counted. */
public interface LeaseListener {

    /** Counts shards that this instance took or received by a hand-over. */
    void countTakenShards(int shards);

    /** Counts shards that this instance lost without a hand-over. */
    void countLostShards(int shards);
}
