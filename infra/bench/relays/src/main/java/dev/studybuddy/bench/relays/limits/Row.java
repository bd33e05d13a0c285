package dev.studybuddy.bench.relays.limits;

import java.time.OffsetDateTime;
import java.util.UUID;

/** A pending row: its key, and what is sent. */
record Row(int shard, String aggregateId, long version, UUID id, OffsetDateTime createdAt, String payload) {}
