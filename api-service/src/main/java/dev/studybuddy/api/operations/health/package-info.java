/**
 * This package reports the health of the whole system. {@code /health} returns one status for load balancers and
 * people, and {@code /api/health/sync} reports every stage between a write and MongoDB to operators.
 */
@NullMarked
package dev.studybuddy.api.operations.health;

import org.jspecify.annotations.NullMarked;
