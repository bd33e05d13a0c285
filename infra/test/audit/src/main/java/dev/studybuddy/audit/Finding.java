package dev.studybuddy.audit;

/**
 * A finding is one difference or fault that the audit found.
 *
 * @param place the SQL table, the topic or the collection that has the fault, or the kind of object: {@code mirror},
 *     {@code rollup} or {@code topic}
 * @param id the id of the aggregate or of the document, or the partition and offset of the record; empty if the finding
 *     concerns the whole place
 * @param what the difference or fault in words, with the expected and the found value if there are such values
 */
public record Finding(String place, String id, String what) {

    @Override
    public String toString() {
        return place + " " + id + ": " + what;
    }
}
