/** This package fills the contract's outbox and the tables of the other relays with identical events. */
@NullMarked
package dev.studybuddy.bench.relays.outbox;

import org.jspecify.annotations.NullMarked;
