/** This package serves the description of the API at {@code /openapi}. Programs get JSON; a browser gets a page. */
@NullMarked
package dev.studybuddy.api.openapi;

import org.jspecify.annotations.NullMarked;
