/**
 * This package raises the schema in which events are written, as soon as the setting allows it and every live projector
 * reads it.
 *
 * <pre>
 *   schema n is allowed ── every live projector announced n ── each active generation reads n ──> n is chosen in SQL
 *          (setting)            (members of the groups, and their announcements in MongoDB)            (for ever)
 * </pre>
 */
@NullMarked
package dev.studybuddy.api.operations.schema;

import org.jspecify.annotations.NullMarked;
