/** This package calls the REST API over HTTP. */
@NullMarked
package dev.studybuddy.bench.http;

import org.jspecify.annotations.NullMarked;
