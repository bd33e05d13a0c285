package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Holds the partition tasks that wait for a group, and decides when the next group starts and which tasks it contains.
 * While a group runs, and for a short time after the start of a group, tasks wait and share the next group, because one
 * command to MongoDB costs less than several. A task that becomes ready after a quiet time starts at once. A further
 * group runs in parallel only if it is large, or if no group has started for a while, so that a group for which MongoDB
 * does not answer delays no others. Several threads may use an instance.
 */
final class ReadyTasks {

    /** A group starts at once and in parallel to others if at least this number of records waits. */
    private static final int LARGE_GROUP_RECORDS = 500;

    /**
     * A smaller group starts at least this long after the start of the previous group. Each group costs MongoDB about
     * four commands, and more if its aggregates are of several types, however few records it has. Without this
     * interval, a fast MongoDB would receive a group for almost every record. With an interval of 10 ms, the median lag
     * at 100 events/s was 16 ms, above its limit of 15 ms.
     */
    static final Duration MIN_START_INTERVAL = Duration.ofMillis(3);

    /**
     * This longer interval applies after a group of several records. Such a group shows that records arrive faster than
     * groups start, so a longer wait makes the groups larger and fewer.
     */
    static final Duration BUSY_START_INTERVAL = Duration.ofMillis(6);

    /** A further group in parallel starts if no group has started for this long. */
    private static final Duration MAX_WAIT = Duration.ofMillis(100);

    /**
     * A group with several tasks has at most this many bytes of records. Their plans usually need two to four times as
     * many bytes; {@link dev.studybuddy.projector.journal.BatchGroupRunner} bounds the plans themselves.
     */
    private static final long MAX_GROUP_BYTES = 1_000_000;

    private final int maxGroups;
    private final MonotonicClock clock;
    private final Set<PartitionTask> waiting = new LinkedHashSet<>();
    private int groups;
    private long lastStartNanos;
    private Duration startInterval = MIN_START_INTERVAL;

    /**
     * Creates an empty instance.
     *
     * @param maxGroups the number of groups that may run in parallel
     */
    ReadyTasks(int maxGroups, MonotonicClock clock) {
        this.maxGroups = maxGroups;
        this.clock = clock;
        this.lastStartNanos = clock.nanos() - MIN_START_INTERVAL.toNanos();
    }

    /** Adds a task that the caller has acquired. Returns false, and does not add the task, if it is stopped. */
    synchronized boolean add(PartitionTask task) {
        return !task.isStopped() && waiting.add(task);
    }

    /** Removes a task that waits for a group. Returns false if the task does not wait. */
    synchronized boolean remove(PartitionTask task) {
        return waiting.remove(task);
    }

    /** Takes the tasks of a group that starts now. Returns an empty list if none may start. */
    synchronized List<PartitionTask> takeGroup() {
        if (waiting.isEmpty() || groups >= maxGroups || !(isDue() || isLarge())) {
            return List.of();
        }
        groups++;
        lastStartNanos = clock.nanos();
        List<PartitionTask> group = new ArrayList<>();
        long bytes = 0;
        for (Iterator<PartitionTask> all = waiting.iterator(); all.hasNext(); ) {
            PartitionTask next = all.next();
            bytes += next.queue().bytes();
            if (!group.isEmpty() && bytes > MAX_GROUP_BYTES) {
                break;
            }
            group.add(next);
            all.remove();
        }
        startInterval = countRecords(group) > 1 ? BUSY_START_INTERVAL : MIN_START_INTERVAL;
        return group;
    }

    /** Records that a group has ended. */
    synchronized void endGroup() {
        groups--;
    }

    /**
     * Returns the time until the interval after the previous start allows the next group, or zero if it does not delay
     * a task.
     */
    synchronized Duration remainingStartDelay() {
        long remaining = startInterval.toNanos() - nanosSinceStart();
        return waiting.isEmpty() || remaining <= 0 ? Duration.ZERO : Duration.ofNanos(remaining);
    }

    private boolean isDue() {
        return groups == 0 ? nanosSinceStart() >= startInterval.toNanos() : nanosSinceStart() > MAX_WAIT.toNanos();
    }

    private long nanosSinceStart() {
        return clock.nanos() - lastStartNanos;
    }

    private boolean isLarge() {
        return countRecords(waiting) >= LARGE_GROUP_RECORDS;
    }

    private static int countRecords(Collection<PartitionTask> tasks) {
        int records = 0;
        for (PartitionTask task : tasks) {
            records += task.queue().size();
        }
        return records;
    }
}
