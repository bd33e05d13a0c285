/** Answers for calling the API as any client does. */
@NullMarked
package dev.studybuddy.bench.http;

import org.jspecify.annotations.NullMarked;
