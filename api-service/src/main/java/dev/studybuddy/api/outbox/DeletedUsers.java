package dev.studybuddy.api.outbox;

import java.util.Collection;
import java.util.Set;
import java.util.UUID;

/**
 * Finds the users who were deleted. The implementation reads a table that keeps the ids of deleted users permanently.
 */
public interface DeletedUsers {

    /** Returns those of the given ids that belonged to users who were deleted. */
    Set<UUID> findDeleted(Collection<UUID> ids);
}
