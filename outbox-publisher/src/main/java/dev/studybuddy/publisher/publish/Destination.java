package dev.studybuddy.publisher.publish;

/**
 * A destination is the unit whose sends can fail together: one partition of an aggregate type's topic, or the whole
 * topic.
 *
 * @param partition the number of the partition, or {@link #ALL} for the whole topic
 */
record Destination(String type, int partition) {

    static final int ALL = -1;

    static Destination topic(String type) {
        return new Destination(type, ALL);
    }

    boolean isTopic() {
        return partition == ALL;
    }

    @Override
    public String toString() {
        return isTopic() ? type : type + "-" + partition;
    }
}
