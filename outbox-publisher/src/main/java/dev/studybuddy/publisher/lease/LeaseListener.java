package dev.studybuddy.publisher.lease;

/** Counts the shards that this instance takes and loses. */
public interface LeaseListener {

    /** Counts shards that this instance took or received by a hand-over. */
    void countTakenShards(int shards);

    /** Counts shards that this instance lost without a hand-over. */
    void countLostShards(int shards);
}
