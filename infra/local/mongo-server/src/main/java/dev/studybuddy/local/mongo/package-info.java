/** A server of MongoDB's protocol for machines without containers, in a process of its own, on loopback. */
@NullMarked
package dev.studybuddy.local.mongo;

import org.jspecify.annotations.NullMarked;
