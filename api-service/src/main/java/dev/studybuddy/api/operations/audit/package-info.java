/** This package serves the audit of administrative changes. */
@NullMarked
package dev.studybuddy.api.operations.audit;

import org.jspecify.annotations.NullMarked;
