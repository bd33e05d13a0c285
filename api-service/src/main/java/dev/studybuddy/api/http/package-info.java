/**
 * This package provides the parts that all endpoints share. It writes problem details, limits the size of requests,
 * reads JSON bodies and query parameters with a message for each invalid field, checks entity tags, and forms pages.
 */
@NullMarked
package dev.studybuddy.api.http;

import org.jspecify.annotations.NullMarked;
