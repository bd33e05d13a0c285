package dev.studybuddy.audit;

/**
 * A finding is one difference or fault that the audit found.
 *
 * @param place the SQL table, topic or collection that has the fault
 * @param id the id of the aggregate or of the document
 * @param what the expected and the found value
 */
public record Finding(String place, String id, String what) {

    @Override
    public String toString() {
        return place + " " + id + ": " + what;
    }
}
