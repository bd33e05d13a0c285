/** Answers for how well the whole is: one word for load balancers and people, and every stage for operators. */
@NullMarked
package dev.studybuddy.api.health;

import org.jspecify.annotations.NullMarked;
