package dev.studybuddy.publisher.ordering;

/**
 * Holds the bounds of the rows and aggregates in memory.
 *
 * @param followers the number of followers in memory at which further ones stay in the table
 * @param followersOfOne the number of one aggregate's waiting rows at which further ones stay in the table
 * @param deferredAggregates the number of deferred aggregates at which no row is admitted that would add another one
 * @param acknowledgements the number of aggregates whose acknowledged version is kept after their rows left memory
 */
public record OrderingBounds(int followers, int followersOfOne, int deferredAggregates, int acknowledgements) {}
