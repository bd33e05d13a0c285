package dev.studybuddy.publisher.ordering;

import java.util.UUID;

/** A key identifies one row of the outbox. It has the columns of the primary key. */
public record RowKey(Aggregate aggregate, long version, UUID id) {}
