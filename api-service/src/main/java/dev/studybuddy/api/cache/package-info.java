/** This package shares the results of expensive reads between requests for a short time. */
@NullMarked
package dev.studybuddy.api.cache;

import org.jspecify.annotations.NullMarked;
