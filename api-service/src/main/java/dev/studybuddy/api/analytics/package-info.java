/**
 * This package serves the analytics of a user, or of all users, for a span of days. The days come from
 * MongoDB's rollups, or from CockroachDB if MongoDB is unavailable.
 */
@NullMarked
package dev.studybuddy.api.analytics;

import org.jspecify.annotations.NullMarked;
