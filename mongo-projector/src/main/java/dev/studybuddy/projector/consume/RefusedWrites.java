package dev.studybuddy.projector.consume;

import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.projector.mongo.FencedSessionLostException;
import dev.studybuddy.projector.mongo.TemporaryRefusalException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Holds the writes and the commands that MongoDB refuses now, at most one of each for each partition. They show an
 * operator which document or collection stops a partition. Two gauges show for how long a write and a command have been
 * refused.
 */
@Component
public final class RefusedWrites {

    private final PartitionWaits<Refusal> writes;

    /** The reason of a wait is the message that names the command, the collection and the error code. */
    private final PartitionWaits<String> commands;

    /** This flag is false if no batch was applied after the last partition began to wait for a refused command. */
    private volatile boolean appliedSinceRefusal = true;

    RefusedWrites(MeterRegistry registry, MonotonicClock clock) {
        MultiGauge writeGauge = MultiGauge.builder("projector_refused_write_seconds")
                .description(
                        "This gauge is the time for which a partition has waited because MongoDB refuses a write of a document.")
                .register(registry);
        this.writes = new PartitionWaits<>(
                writeGauge,
                refusal -> Tags.of(
                        "collection",
                        refusal.collection(),
                        "document",
                        refusal.documentId(),
                        "code",
                        String.valueOf(refusal.code())),
                clock);
        MultiGauge commandGauge = MultiGauge.builder("projector_refused_command_seconds")
                .description(
                        "This gauge is the time for which a partition has waited because MongoDB refuses a command.")
                .register(registry);
        this.commands = new PartitionWaits<>(commandGauge, any -> Tags.empty(), clock);
    }

    private record Refusal(String collection, String documentId, int code) {}

    /** Records that a partition waits because of a refused write. The time counts from the first refusal in a row. */
    void record(GenerationPartition partition, TemporaryRefusalException refused) {
        writes.record(partition, new Refusal(refused.collection(), refused.documentId(), refused.code()), any -> true);
    }

    /** Records that a partition waits because of a refused command. The time counts from the first refusal in a row. */
    void recordCommand(GenerationPartition partition, FencedSessionLostException refused) {
        if (!commands.contains(partition)) {
            appliedSinceRefusal = false;
        }
        commands.record(partition, String.valueOf(refused.getMessage()), any -> true);
    }

    /** Records that a batch of any partition was applied. */
    void recordApplied() {
        appliedSinceRefusal = true;
    }

    /**
     * Returns whether partitions wait for a refused command, and no batch was applied after the last of them began to
     * wait.
     */
    public boolean stopsAllWork() {
        return !appliedSinceRefusal && !commands.isEmpty();
    }

    /** Records that a partition no longer waits, or that this instance no longer has it. */
    void clear(GenerationPartition partition) {
        writes.clear(partition);
        clearCommand(partition);
    }

    /** Records that a partition no longer waits because of a refused command. */
    void clearCommand(GenerationPartition partition) {
        commands.clear(partition);
    }

    /**
     * Records that a partition no longer waits for a refused write, unless it is a write of the given collection. A
     * refused command stays recorded, because the success of other commands does not show that MongoDB accepts this
     * one.
     */
    void clearUnlessOf(String collection, GenerationPartition partition) {
        writes.clearIf(partition, refusal -> !refusal.collection().equals(collection));
    }

    /** Returns a sentence for each partition that waits. */
    public List<String> describe() {
        Stream<String> refusedWrites = writes
                .describe(refusal -> ", because MongoDB refuses a write of " + refusal.collection() + '/'
                        + refusal.documentId() + " with code " + refusal.code() + '.')
                .stream();
        Stream<String> refusedCommands = commands.describe(message -> ": " + message).stream();
        return Stream.concat(refusedWrites, refusedCommands).toList();
    }
}
