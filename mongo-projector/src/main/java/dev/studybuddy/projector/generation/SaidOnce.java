package dev.studybuddy.projector.generation;

import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Remembers what was said about something, so that it is said again only when it changes. */
final class SaidOnce {

    private final Map<String, String> said = new ConcurrentHashMap<>();

    /** Whether this differs from what was said last; null is that all is well. */
    boolean changed(String about, @Nullable String what) {
        String before = what == null ? said.remove(about) : said.put(about, what);
        return !Objects.equals(before, what);
    }
}
