package dev.studybuddy.contract;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * Reads the time zones of users. An event may contain any zone name, because a reader's decision to accept an event
 * must not depend on the time zone data of its JVM.
 */
public final class TimeZones {

    private TimeZones() {}

    /** Returns the zone with a name, or UTC if this JVM has no zone of this name. */
    public static ZoneId findOrUtc(String name) {
        try {
            return ZoneId.of(name);
        } catch (DateTimeException notFound) {
            return ZoneOffset.UTC;
        }
    }
}
