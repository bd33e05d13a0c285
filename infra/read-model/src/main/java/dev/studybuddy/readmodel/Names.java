package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;

/** Names of collections, consumer groups and documents, each with its generation where it belongs to one. */
public final class Names {

    /** The first read model: mirrors and {@code study_totals}. */
    public static final String STUDY = "study";

    /** How hard each subject is: {@code subjects_totals}. */
    public static final String SUBJECTS = "subjects";

    /** One record for each read model; see {@link GenerationRecord}. */
    public static final String GENERATIONS = "projection_generations";

    /** Outside the generations; see {@link DeadLetter}. */
    public static final String DEAD_LETTERS = "dead_letters";

    /** Documents that the server refused to write for good. */
    public static final String BROKEN = "projection_broken";

    private Names() {}

    /** What a model's mirrors are called without their generation: {@code subjects_todos}, and {@code todos} of the first. */
    public static String mirrors(String model, AggregateType type) {
        return model.equals(STUDY) ? type.plural() : model + '_' + type.plural();
    }

    /** What a model's sums are called without their generation: {@code study_totals}. */
    public static String totals(String model) {
        return model + "_totals";
    }

    /** What a model's journals are called without their generation: {@code study_journal}. */
    public static String journals(String model) {
        return model + "_journal";
    }

    /** {@code todos_g1}. */
    public static String mirrors(AggregateType type, int generation) {
        return mirrors(STUDY, type) + suffix(generation);
    }

    /** {@code study_totals_g1}. */
    public static String studyTotals(int generation) {
        return totals(STUDY) + suffix(generation);
    }

    /** {@code study_journal_g1}. */
    public static String journal(String model, int generation) {
        return journals(model) + suffix(generation);
    }

    /** {@code todo-3}: the journal of one partition. */
    public static String journalId(String aggregateType, int partition) {
        return aggregateType + '-' + partition;
    }

    /** The consumer group of a generation, {@code mongo-projector-study-g1}. */
    public static String group(String prefix, String model, int generation) {
        return prefix + model + "-g" + generation;
    }

    /** {@code _g1}. */
    public static String suffix(int generation) {
        return "_g" + generation;
    }
}
