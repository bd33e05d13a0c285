package dev.studybuddy.e2e;

import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.KafkaFuture;

/** The topics and consumer groups of one test on a broker that all tests share. */
record Topics(String bootstrapServers, String prefix) {

    private static final long LIMIT_SECONDS = 60;

    /** Deletes them. The programs must have ended; groups that still have members are left to expire. */
    void remove() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            List<String> topics = done(admin.listTopics().names()).stream()
                    .filter(one -> one.startsWith(prefix))
                    .toList();
            done(admin.deleteTopics(topics).all());
            List<String> empty = done(admin.listGroups().all()).stream()
                    .filter(one -> one.groupId().startsWith(prefix))
                    .filter(one -> one.groupState().map(Enum::name).orElse("").equals("EMPTY"))
                    .map(GroupListing::groupId)
                    .toList();
            done(admin.deleteConsumerGroups(empty).all());
        }
    }

    /** The groups there are. */
    List<String> groups() {
        try (Admin admin = Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers))) {
            return done(admin.listGroups().all()).stream()
                    .map(GroupListing::groupId)
                    .filter(one -> one.startsWith(prefix))
                    .toList();
        }
    }

    private static <T> T done(KafkaFuture<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }
}
