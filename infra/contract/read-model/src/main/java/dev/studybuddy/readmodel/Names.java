package dev.studybuddy.readmodel;

import dev.studybuddy.contract.AggregateType;

/**
 * This class creates the names of collections, consumer groups and documents. A name that belongs to a generation ends
 * with the generation's number.
 */
public final class Names {

    /** The first read model has this name. It consists of mirrors and {@code study_totals}. */
    public static final String STUDY = "study";

    /** The read model of the difficulty of subjects has this name. Its rollups are in {@code subjects_totals}. */
    public static final String SUBJECTS = "subjects";

    /** This collection holds one {@link GenerationRecord} for each read model. */
    public static final String GENERATIONS = "projection_generations";

    /** This collection holds each {@link DeadLetter}. It belongs to no generation. */
    public static final String DEAD_LETTERS = "dead_letters";

    /** This collection lists the documents to which MongoDB permanently refuses a write. */
    public static final String BROKEN = "projection_broken";

    /** This collection holds each schema of events that a projector ever announced. Nothing deletes from it. */
    public static final String SCHEMAS = "event_schemas";

    /**
     * This collection holds, for each projector instance, the newest schema that it reads and its partitions that wait
     * for a newer projector.
     */
    public static final String PROJECTORS = "projector_instances";

    private Names() {}

    /**
     * Returns the name of a model's mirrors without their generation, for example {@code subjects_todos}. The first
     * model has no prefix: {@code todos}.
     */
    public static String mirrors(String model, AggregateType type) {
        return model.equals(STUDY) ? type.plural() : model + '_' + type.plural();
    }

    /** Returns the name of a model's rollups without their generation, for example {@code study_totals}. */
    public static String rollups(String model) {
        return model + "_totals";
    }

    /** Returns the name of a model's journals without their generation, for example {@code study_journal}. */
    public static String journals(String model) {
        return model + "_journal";
    }

    /** Returns the name of the first model's mirrors in a generation, for example {@code todos_g1}. */
    public static String mirrors(AggregateType type, int generation) {
        return mirrors(STUDY, type) + suffix(generation);
    }

    /** Returns the name of the first model's rollups in a generation, for example {@code study_totals_g1}. */
    public static String studyRollups(int generation) {
        return rollups(STUDY) + suffix(generation);
    }

    /** Returns the name of a model's journals in a generation, for example {@code study_journal_g1}. */
    public static String journal(String model, int generation) {
        return journals(model) + suffix(generation);
    }

    /** Returns the id of the journal of one partition, for example {@code todo-3}. */
    public static String journalId(String aggregateType, int partition) {
        return aggregateType + '-' + partition;
    }

    /** Returns whether a journal id belongs to a partition of an aggregate type's topic. */
    public static boolean isJournalOf(String aggregateType, String journalId) {
        return journalId.startsWith(aggregateType + '-');
    }

    /** Returns the name of a generation's consumer group, for example {@code mongo-projector-study-g1}. */
    public static String group(String prefix, String model, int generation) {
        return group(prefix, model, String.valueOf(generation));
    }

    static String group(String prefix, String model, String generation) {
        return prefix + model + "-g" + generation;
    }

    /** Returns the suffix of a generation's collections, for example {@code _g1}. */
    public static String suffix(int generation) {
        return suffix(String.valueOf(generation));
    }

    static String suffix(String generation) {
        return "_g" + generation;
    }
}
