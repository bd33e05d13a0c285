/**
 * This package reports the health of the whole system. {@code /health} returns one word for load balancers and people,
 * {@code /api/health/sync} returns every stage between a write and MongoDB for operators.
 */
@NullMarked
package dev.studybuddy.api.operations.health;

import org.jspecify.annotations.NullMarked;
