/**
 * This package serves users. A user's time zone determines the days of their activities. A job deletes the todos and
 * sessions of a deleted user.
 */
@NullMarked
package dev.studybuddy.api.user;

import org.jspecify.annotations.NullMarked;
