package dev.studybuddy.publisher.lease;

/** Counts nothing. */
final class NoOpLeaseListener implements LeaseListener {

    @Override
    public void countTakenShards(int shards) {}

    @Override
    public void countLostShards(int shards) {}
}
