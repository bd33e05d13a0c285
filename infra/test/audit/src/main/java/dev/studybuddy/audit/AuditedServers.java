package dev.studybuddy.audit;

/**
 * This record names the servers of a running stack whose contents the audit compares.
 *
 * @param sqlUrl the JDBC URL of the SQL database
 * @param sqlPassword the SQL password; empty if the database needs none
 * @param kafka the Kafka bootstrap servers
 * @param mongoUri a MongoDB URI that names the database
 * @param topicPrefix the text before {@code todo.v1} in the name of a topic
 */
public record AuditedServers(
        String sqlUrl, String sqlUser, String sqlPassword, String kafka, String mongoUri, String topicPrefix) {

    @Override
    public String toString() {
        return sqlUrl + ", " + kafka + ", " + topicPrefix + "*";
    }
}
