/** This package runs Debezium's embedded engine as a relay from the contract's outbox. */
@NullMarked
package dev.studybuddy.bench.debezium;

import org.jspecify.annotations.NullMarked;
