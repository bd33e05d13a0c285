package dev.studybuddy.projector.consume;

import dev.studybuddy.projector.mongo.FencedSessionLostException;
import org.apache.kafka.common.TopicPartition;

/** Records a refused command of a partition that no projector of a test serves, so that nothing removes it. */
public final class SimulatedCommandRefusal {

    private SimulatedCommandRefusal() {}

    /** Records the refused command. */
    public static void record(RefusedWrites refusedWrites) {
        refusedWrites.recordCommand(
                new GenerationPartition("other-g1", new TopicPartition("other", 0)),
                new FencedSessionLostException(
                        FencedSessionLostException.Cause.REFUSED_COMMAND,
                        "MongoDB refuses the command find of other_g1 now, with code 13.",
                        new IllegalStateException()));
    }
}
