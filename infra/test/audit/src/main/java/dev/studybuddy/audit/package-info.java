/**
 * This package compares the contents of SQL, the topics and MongoDB from the outside. It uses the plain functions of
 * the contracts, but none of the services' own code.
 */
@NullMarked
package dev.studybuddy.audit;

import org.jspecify.annotations.NullMarked;
