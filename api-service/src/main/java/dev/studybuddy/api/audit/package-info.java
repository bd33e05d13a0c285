/** Answers for who changed what by hand, and when. */
@NullMarked
package dev.studybuddy.api.audit;

import org.jspecify.annotations.NullMarked;
