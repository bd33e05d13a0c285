/** This package serves {@code POST /api/dev/token}, which exists only in mode {@code open}. */
@NullMarked
package dev.studybuddy.api.devtoken;

import org.jspecify.annotations.NullMarked;
