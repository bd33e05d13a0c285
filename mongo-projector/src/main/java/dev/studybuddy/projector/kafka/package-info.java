/**
 * This package gives the projector its access to Kafka's brokers.
 *
 * <p>It creates consumers that neither commit on their own nor choose a position, because the journal decides the
 * position. It bounds the bytes that each poll of a consumer keeps. It inspects the topics of a read model, on which
 * the start and the end of generations depend. It reads the members of a generation's consumer group, which are the
 * instances that serve the generation. It also checks whether a broker responds, because a consumer cannot distinguish
 * an outage from a lack of new records:
 *
 * <pre>
 *   UNAVAILABLE ──(a broker responds)──▶ AVAILABLE
 *        ▲                                   │
 *        └── no response for 11 s ───────────┘
 * </pre>
 */
@NullMarked
package dev.studybuddy.projector.kafka;

import org.jspecify.annotations.NullMarked;
