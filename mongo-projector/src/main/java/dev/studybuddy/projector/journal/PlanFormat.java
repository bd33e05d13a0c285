package dev.studybuddy.projector.journal;

/**
 * A plan format states how a journal stores its plan. A journal keeps the format with which it was created, so that an
 * instance of the previous release, which reads plans as documents only, still reads the journals of its generations.
 */
enum PlanFormat {
    /** The plan is a document of fields. Releases up to 0.1 created these journals. */
    DOCUMENT,
    /** The plan is one binary value, which {@link PlanCodec} encodes. */
    BINARY
}
