/** This package serves the reports of installed read models. */
@NullMarked
package dev.studybuddy.api.report;

import org.jspecify.annotations.NullMarked;
