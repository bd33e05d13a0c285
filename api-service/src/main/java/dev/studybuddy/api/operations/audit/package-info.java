/** This package serves the list of administrative changes to operators. */
@NullMarked
package dev.studybuddy.api.operations.audit;

import org.jspecify.annotations.NullMarked;
