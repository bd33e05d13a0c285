package dev.studybuddy.bench.relays.limits;

import java.time.OffsetDateTime;
import java.util.UUID;

/** This record holds the key and the payload of a pending row of the outbox. */
record Row(int shard, String aggregateId, long version, UUID id, OffsetDateTime createdAt, String payload) {}
