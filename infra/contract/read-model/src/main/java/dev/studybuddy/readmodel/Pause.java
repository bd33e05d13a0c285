package dev.studybuddy.readmodel;

import java.time.Instant;

/**
 * A pause states that an operator paused a read model. The projector's instances keep their partitions and apply no
 * further records, in any generation of the read model.
 *
 * @param at the time at which the pause began
 * @param by the id of the operator
 * @param reason the reason that the operator gave
 */
public record Pause(Instant at, String by, String reason) {}
