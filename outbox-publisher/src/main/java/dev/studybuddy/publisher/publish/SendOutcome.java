package dev.studybuddy.publisher.publish;

/** An outcome states how a send ended. */
public sealed interface SendOutcome {

    /** The record is on the topic, and all in-sync replicas acknowledged it. */
    record Acknowledged(int partition, long offset) implements SendOutcome {}

    /**
     * No broker is reachable or too few replicas are in sync, so that all rows must wait. The record may still arrive.
     */
    record BrokerUnavailable(String reason) implements SendOutcome {}

    /**
     * This topic cannot accept records, because it is absent, not authorised, or has another partition count. Other
     * topics can.
     */
    record TopicBlocked(String reason) implements SendOutcome {}

    /** This record cannot be accepted as it is, because it is too large or invalid. */
    record Refused(String reason) implements SendOutcome {}
}
