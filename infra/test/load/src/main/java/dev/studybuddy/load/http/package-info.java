/** This package calls the REST API over HTTP. */
@NullMarked
package dev.studybuddy.load.http;

import org.jspecify.annotations.NullMarked;
