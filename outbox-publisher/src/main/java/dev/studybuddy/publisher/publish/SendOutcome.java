package dev.studybuddy.publisher.publish;

/** What became of a send. */
public sealed interface SendOutcome {

    /** On the topic, acknowledged by all in-sync replicas. */
    record Acknowledged(int partition, long offset) implements SendOutcome {}

    /** Nobody can be reached, or too few replicas: all must wait. The record may still arrive. */
    record BrokerAway(String reason) implements SendOutcome {}

    /** This topic can't take records (absent, not authorised, another partition count): others can. */
    record TopicBlocked(String reason) implements SendOutcome {}

    /** This record can't be taken as it is: too large, or not a record. */
    record Refused(String reason) implements SendOutcome {}
}
