/** Answers for {@code POST /api/dev/token}, which mode {@code open} alone has. */
@NullMarked
package dev.studybuddy.api.devtoken;

import org.jspecify.annotations.NullMarked;
