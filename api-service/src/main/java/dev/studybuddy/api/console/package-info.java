/**
 * This package serves the operators' console: a page, its modules and its styles. The page holds no data; each call
 * that it makes needs the role of that call.
 */
@NullMarked
package dev.studybuddy.api.console;

import org.jspecify.annotations.NullMarked;
