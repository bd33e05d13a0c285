package dev.studybuddy.load.program;

import dev.studybuddy.audit.AuditedServers;
import java.util.Map;

/**
 * Reads the addresses of the stack from the services' environment variables. The defaults are the addresses of the
 * local stack.
 */
final class StackAddresses {

    private StackAddresses() {}

    static AuditedServers of(Map<String, String> environment) {
        return new AuditedServers(
                environment.getOrDefault(
                        "SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:26257/studybuddy?sslmode=disable"),
                environment.getOrDefault("SPRING_DATASOURCE_USERNAME", "root"),
                environment.getOrDefault("SPRING_DATASOURCE_PASSWORD", ""),
                environment.getOrDefault("SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:9092"),
                environment.getOrDefault("SPRING_MONGODB_URI", "mongodb://localhost:27017/studybuddy"),
                environment.getOrDefault("STUDYBUDDY_TOPIC_PREFIX", "studybuddy."));
    }
}
