package dev.studybuddy.api.operations.verify;

import java.io.Serial;

/** Reports that the compared generation of a read model was replaced during the verify, so that its result is void. */
final class GenerationReplacedException extends RuntimeException {

    @Serial
    private static final long serialVersionUID = 1;

    private final int generation;

    GenerationReplacedException(String model, int generation) {
        super("generation " + generation + " of read model " + model
                + " was replaced during the verify; start another verify");
        this.generation = generation;
    }

    /** Returns the number of the generation that was replaced. */
    int generation() {
        return generation;
    }
}
