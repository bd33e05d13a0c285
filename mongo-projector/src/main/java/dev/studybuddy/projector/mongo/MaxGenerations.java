package dev.studybuddy.projector.mongo;

/**
 * States the highest number of generations that this instance serves at a time. The size of the connection pool of
 * MongoDB follows from it.
 *
 * @param generations the highest number of generations of all read models together
 */
public record MaxGenerations(int generations) {}
