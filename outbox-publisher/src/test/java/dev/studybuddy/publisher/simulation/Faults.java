package dev.studybuddy.publisher.simulation;

import java.util.Random;

/**
 * What goes wrong in a history.
 *
 * @param random its chance
 * @param pauses whether instances stand still, also inside a send
 * @param mutation the mistake in what stands around the real code
 */
record Faults(Random random, boolean pauses, Mutation mutation) {}
