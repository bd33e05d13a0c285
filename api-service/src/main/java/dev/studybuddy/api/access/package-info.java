/**
 * This package determines the permissions of each caller. It verifies bearer tokens, serves the open mode of a
 * development machine, and limits the rate of requests.
 */
@NullMarked
package dev.studybuddy.api.access;

import org.jspecify.annotations.NullMarked;
