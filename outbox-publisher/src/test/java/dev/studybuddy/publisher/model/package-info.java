/**
 * This package checks the session rule exhaustively. A breadth-first search visits every state that publishers, their
 * producer sessions and one partition can reach within given bounds.
 */
@NullMarked
package dev.studybuddy.publisher.model;

import org.jspecify.annotations.NullMarked;
