package dev.studybuddy.bench.relays;

import java.nio.file.Path;

/**
 * This record names the database, topic, folder and port of one case.
 *
 * @param jdbcUrl JDBC URL of the database
 * @param bootstrap address of the broker
 * @param topicPrefix prefix of the topic's name
 * @param topic name of the topic that the events are published to
 * @param folder folder for logs and files
 * @param controlPort free port for a process that is controlled over HTTP
 * @param part measured part
 */
record Workspace(
        String jdbcUrl, String bootstrap, String topicPrefix, String topic, Path folder, int controlPort, Part part) {

    /** Returns the file that a limit's program creates after its warm-up. */
    Path readyFile() {
        return folder.resolve("ready");
    }

    /** Returns the file to which a limit's program writes its measurement. */
    Path resultFile() {
        return folder.resolve("result");
    }
}
