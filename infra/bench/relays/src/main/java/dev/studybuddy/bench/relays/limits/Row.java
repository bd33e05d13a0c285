package dev.studybuddy.bench.relays.limits;

import java.time.OffsetDateTime;
import java.util.UUID;

/** A pending row of the outbox: its key and its payload. */
record Row(int shard, String aggregateId, long version, UUID id, OffsetDateTime createdAt, String payload) {}
