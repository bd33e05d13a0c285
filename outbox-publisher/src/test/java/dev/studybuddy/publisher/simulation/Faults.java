package dev.studybuddy.publisher.simulation;

import java.util.Random;

/**
 * Defines the faults of a history.
 *
 * @param random the source of every random choice
 * @param freezes whether instances freeze, also inside a send
 * @param mutant the fault that is put into the surroundings of the real code
 */
record Faults(Random random, boolean freezes, Mutant mutant) {}
