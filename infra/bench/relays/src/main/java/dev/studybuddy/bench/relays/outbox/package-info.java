/** The tables that events wait in: the contract's outbox and those of the other relays, filled with the same events. */
@NullMarked
package dev.studybuddy.bench.relays.outbox;

import org.jspecify.annotations.NullMarked;
