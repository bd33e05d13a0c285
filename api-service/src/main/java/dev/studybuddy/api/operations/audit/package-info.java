/** This package serves the list of administrative changes and reads of personal data to operators. */
@NullMarked
package dev.studybuddy.api.operations.audit;

import org.jspecify.annotations.NullMarked;
