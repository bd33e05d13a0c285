package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Names;

/** Which partition of which generation, and so the names of everything that it writes. */
public record Place(ReadModel model, int generation, AggregateType type, int partition) {

    String journals() {
        return Names.journal(model.name(), generation);
    }

    String journalId() {
        return Names.journalId(type.code(), partition);
    }

    String mirrors() {
        return model.mirrors(type) + Names.suffix(generation);
    }

    String rollups() {
        return model.rollups() + Names.suffix(generation);
    }

    /** The watermark of this partition in a rollup, {@code w.t3}: short, since every rollup has many. */
    String watermark() {
        return "w." + type.code().charAt(0) + partition;
    }

    @Override
    public String toString() {
        return model.name() + Names.suffix(generation) + '/' + journalId();
    }
}
