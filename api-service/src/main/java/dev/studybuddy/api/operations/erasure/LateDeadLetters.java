package dev.studybuddy.api.operations.erasure;

import static java.util.Collections.disjoint;
import static java.util.stream.Collectors.toSet;

import dev.studybuddy.api.job.JobContext;
import dev.studybuddy.api.operations.backup.Snapshots;
import dev.studybuddy.api.operations.deadletter.DeadLetterErasure;
import dev.studybuddy.api.operations.deadletter.DeadLetterErasure.KeyPage;
import dev.studybuddy.api.outbox.DeletedUsers;
import dev.studybuddy.api.outbox.OutboxErasure;
import dev.studybuddy.api.outbox.PendingErasures.Erasure;
import dev.studybuddy.contract.AggregateType;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.bson.types.Binary;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Erases dead letters of deleted aggregates whose erasure is complete. The projector records such a dead letter if it
 * reads an earlier event of the aggregate again, for example during a rebuild. An aggregate counts as deleted if it has
 * neither a row nor a pending event, and one of these facts proves its deletion:
 *
 * <ul>
 *   <li>An active or a previous generation marks its mirror as deleted.
 *   <li>It is a deleted user, or one of its dead letters names a deleted user as its owner. A generation that was built
 *       from a replaced topic has no mirror of an aggregate that was deleted before the replacement.
 * </ul>
 *
 * <p>A record of another application whose key has the form of an id keeps its content, unless it names a deleted user
 * as its owner.
 *
 * <p>A run reads the keys of all dead letters once, for at most about a minute. It begins at a random key, so that
 * later runs reach the keys that it did not read in this time.
 */
@Component
final class LateDeadLetters {

    private static final Logger LOG = LoggerFactory.getLogger(LateDeadLetters.class);
    private static final int PAGE_SIZE = 200;
    private static final Duration MAX_TIME = Duration.ofMinutes(1);

    private final DeadLetterErasure deadLetters;
    private final OutboxErasure outbox;
    private final MirrorDeletions mirrors;
    private final DeletedUsers deletedUsers;
    private final Snapshots snapshots;

    LateDeadLetters(
            DeadLetterErasure deadLetters,
            OutboxErasure outbox,
            MirrorDeletions mirrors,
            DeletedUsers deletedUsers,
            Snapshots snapshots) {
        this.deadLetters = deadLetters;
        this.outbox = outbox;
        this.mirrors = mirrors;
        this.deletedUsers = deletedUsers;
        this.snapshots = snapshots;
    }

    /** Erases the late dead letters that the run finds in its time. */
    void erase(JobContext job) {
        long erased = 0;
        long startNanos = job.clock().nanos();
        Binary position = DeadLetterErasure.position(UUID.randomUUID().toString());
        Set<String> first = Set.of();
        boolean wrapped = false;
        do {
            job.checkpoint();
            KeyPage page = deadLetters.findKeysAfter(position, PAGE_SIZE);
            erased += erase(page.keys(), job);
            if (wrapped && !disjoint(page.keys(), first)) {
                break;
            }
            if (first.isEmpty() && !wrapped) {
                first = page.keys();
            }
            if (page.last() != null) {
                position = page.last();
            } else if (wrapped) {
                break;
            } else {
                position = DeadLetterErasure.position("");
                wrapped = true;
            }
        } while (job.clock().nanos() - startNanos < MAX_TIME.toNanos());
        if (erased > 0) {
            LOG.atInfo()
                    .addKeyValue("deadLetters", erased)
                    .log("Dead letters were recorded after the erasure of their aggregates; their content is erased");
        }
    }

    private long erase(Set<String> keys, JobContext job) {
        List<String> ids = keys.stream().filter(LateDeadLetters::isId).toList();
        Set<String> erasable = ids.isEmpty() ? Set.of() : deadLetters.findErasable(ids);
        // An aggregate with a row is not deleted, so the search for an owner must not read its dead letters.
        Set<String> withoutRow = erasable.stream()
                .filter(id -> !hasRow(UUID.fromString(id), job))
                .collect(toSet());
        Set<String> deleted = withoutRow.isEmpty() ? Set.of() : findDeleted(withoutRow);
        if (deleted.isEmpty()) {
            return 0;
        }
        Set<String> pending = outbox.findPending(deleted.stream()
                .flatMap(id -> Stream.of(AggregateType.values()).map(type -> new Erasure(type.code(), id, false)))
                .toList());
        return deadLetters.erase(
                deleted.stream().filter(id -> !pending.contains(id)).toList());
    }

    /** Returns those of the given ids whose deletion is proved. */
    private Set<String> findDeleted(Set<String> ids) {
        Set<String> deleted = new HashSet<>(mirrors.findDeleted(ids));
        Set<String> others = new HashSet<>(ids);
        others.removeAll(deleted);
        if (others.isEmpty()) {
            return deleted;
        }
        Map<String, Set<String>> owners = deadLetters.findOwners(others);
        Set<String> users = findDeletedUsers(
                Stream.concat(others.stream(), owners.values().stream().flatMap(Set::stream)));
        others.stream()
                .filter(id -> users.contains(id) || !disjoint(owners.getOrDefault(id, Set.of()), users))
                .forEach(deleted::add);
        return deleted;
    }

    private Set<String> findDeletedUsers(Stream<String> ids) {
        Set<UUID> candidates =
                ids.filter(LateDeadLetters::isId).map(UUID::fromString).collect(toSet());
        return deletedUsers.findDeleted(candidates).stream().map(UUID::toString).collect(toSet());
    }

    /**
     * Returns whether a key is an id that a row can have. A key without this form belongs to a record of another
     * application.
     */
    private static boolean isId(String key) {
        try {
            return UUID.fromString(key).toString().equals(key);
        } catch (IllegalArgumentException noId) {
            return false;
        }
    }

    private boolean hasRow(UUID id, JobContext job) {
        job.checkpoint();
        return Stream.of(AggregateType.values())
                .anyMatch(type -> snapshots.source(type).find(id).isPresent());
    }
}
