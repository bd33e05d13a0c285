package dev.studybuddy.publisher.lease;

/** What is counted of the leases. */
public interface LeaseListener {

    void taken(int shards);

    void lost(int shards);
}
