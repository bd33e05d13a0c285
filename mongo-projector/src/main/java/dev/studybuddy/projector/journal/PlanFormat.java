package dev.studybuddy.projector.journal;

/**
 * A plan format states how a journal stores its plan. A journal keeps the format with which it was created. Therefore
 * an instance of an earlier program, which reads plans only as documents, still reads the journals of its generations.
 */
enum PlanFormat {
    /** The plan is a document of fields. Only earlier programs created such journals. */
    DOCUMENT,
    /** The plan is one binary value, which {@link PlanCodec} encodes. */
    BINARY
}
