package dev.studybuddy.audit;

/**
 * Where a running stack keeps what is compared.
 *
 * @param sqlUrl a JDBC URL
 * @param sqlPassword empty where none is needed
 * @param kafka bootstrap servers
 * @param mongoUri a URI that names the database
 * @param topicPrefix what stands before {@code todo.v1} in the name of a topic
 */
public record AuditedServers(
        String sqlUrl, String sqlUser, String sqlPassword, String kafka, String mongoUri, String topicPrefix) {

    @Override
    public String toString() {
        return sqlUrl + ", " + kafka + ", " + topicPrefix + "*";
    }
}
