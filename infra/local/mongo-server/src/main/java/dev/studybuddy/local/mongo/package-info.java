/** This package runs a server of MongoDB's protocol on loopback, for machines without containers. */
@NullMarked
package dev.studybuddy.local.mongo;

import org.jspecify.annotations.NullMarked;
