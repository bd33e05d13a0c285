/**
 * Answers for what every endpoint has in common: problem details, limits of a request, reading JSON bodies with every
 * field at fault named, ETags, pages.
 */
@NullMarked
package dev.studybuddy.api.web;

import org.jspecify.annotations.NullMarked;
