package dev.studybuddy.bench.relays;

import java.nio.file.Path;

/**
 * What one case has of its own.
 *
 * @param jdbcUrl its database
 * @param bootstrap the broker
 * @param topicPrefix what the topic's name begins with
 * @param topic where the events go
 * @param folder for logs and files
 * @param controlPort free for a process that is driven over HTTP
 */
record Site(String jdbcUrl, String bootstrap, String topicPrefix, String topic, Path folder, int controlPort) {

    /** What a limit's program writes when it has loaded and warmed. */
    Path readyFile() {
        return folder.resolve("ready");
    }

    /** Where a limit's program writes what it measured. */
    Path resultFile() {
        return folder.resolve("result");
    }
}
