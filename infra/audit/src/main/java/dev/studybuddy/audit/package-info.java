/**
 * Answers for whether SQL, the topics and MongoDB say the same: each compared whole, from the outside, by the plain
 * functions of the contracts and by none of the services' own code.
 */
@NullMarked
package dev.studybuddy.audit;

import org.jspecify.annotations.NullMarked;
