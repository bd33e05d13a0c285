package dev.studybuddy.projector.mongo;

/**
 * Bounds the generations that this instance serves at a time, because each of them uses connections of its own.
 *
 * @param generations the highest number of generations of all read models together
 */
public record GenerationLimit(int generations) {}
