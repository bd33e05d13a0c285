package dev.studybuddy.testkit;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaFuture;

/**
 * This record names the topics and consumer groups of one test on a broker that all tests share.
 *
 * @param bootstrapServers the brokers
 * @param prefix the beginning of the names of the test's topics and groups
 */
public record TestTopics(String bootstrapServers, String prefix) {

    private static final long CALL_LIMIT_SECONDS = 60;

    /**
     * Deletes the topics and the groups without members. The programs must have ended. A group that still has members
     * stays, and Kafka removes it after its members and its offsets have expired.
     */
    public void remove() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            List<String> topics = get(admin.listTopics().names()).stream()
                    .filter(one -> one.startsWith(prefix))
                    .toList();
            get(admin.deleteTopics(topics).all());
            List<String> empty = get(admin.listGroups().all()).stream()
                    .filter(one -> one.groupId().startsWith(prefix))
                    .filter(one -> one.groupState().map(Enum::name).orElse("").equals("EMPTY"))
                    .map(GroupListing::groupId)
                    .toList();
            get(admin.deleteConsumerGroups(empty).all());
        }
    }

    /** Returns the ids of the test's groups that exist. */
    public List<String> groupIds() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return get(admin.listGroups().all()).stream()
                    .map(GroupListing::groupId)
                    .filter(one -> one.startsWith(prefix))
                    .toList();
        }
    }

    private static <T> T get(KafkaFuture<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(CALL_LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
