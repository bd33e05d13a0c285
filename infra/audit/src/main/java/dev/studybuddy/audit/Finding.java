package dev.studybuddy.audit;

/**
 * One thing that does not hold.
 *
 * @param place where it was seen: an SQL table, a topic, a collection
 * @param id the aggregate's, or the document's
 * @param what what was expected, and what is there
 */
public record Finding(String place, String id, String what) {

    @Override
    public String toString() {
        return place + " " + id + ": " + what;
    }
}
