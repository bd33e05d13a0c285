/**
 * This package determines the permissions of each caller. It verifies bearer tokens, implements mode {@code open} of a
 * development machine, and limits the rate of requests.
 */
@NullMarked
package dev.studybuddy.api.access;

import org.jspecify.annotations.NullMarked;
