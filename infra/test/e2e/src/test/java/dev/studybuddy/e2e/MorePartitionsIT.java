package dev.studybuddy.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.audit.AcknowledgedWrites;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.load.http.Answer;
import dev.studybuddy.local.program.Repository;
import dev.studybuddy.programs.Service;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the commands of the section "More partitions" of {@code infra/docs/runbooks/history.md}, which replace the
 * topics by ones with more partitions.
 */
@Tag("long")
class MorePartitionsIT {

    private static final Path PAGE = Path.of("infra/docs/runbooks/history.md");
    private static final String SECTION = "More partitions";

    /** The block with this label waits until MongoDB shows all published events. */
    private static final String BEFORE = "before";

    /**
     * The blocks with this label run after the restart of all programs with the topic prefix and the number of
     * partitions of the new topics.
     */
    private static final String MOVED = "moved";

    private static final int PARTITIONS = 24;
    private static final int WRITES = 200;
    private static final long KAFKA_LIMIT_SECONDS = 60;

    @Test
    void newTopicsWithMorePartitionsReplaceTheEarlierOnes(@TempDir Path folder) throws Exception {
        OperatorShell.requirePrograms();
        PageBlocks page = new PageBlocks(Repository.find().root().resolve(PAGE));
        try (IsolatedServers isolated = new IsolatedServers();
                TestStack stack = TestStack.start("partitions", isolated.servers(), 1, 2)) {
            OperatorShell shell = new OperatorShell(stack, folder);
            TestUser user = TestUser.create(stack);
            stack.assertExact(write(stack));

            shell.run("before the move", page.labelled(SECTION, BEFORE));
            stack.publishers().getFirst().stop();
            write(stack);
            String prefix = isolated.servers().topicPrefix() + "2.";
            restart(stack, prefix);
            assertReadable(stack, user);

            try (OngoingLoad load = new OngoingLoad(stack)) {
                load.awaitMoreWrites(WRITES);
                String printed = shell.run("after the move", page.labelled(SECTION, MOVED));
                assertConsistent(printed);
                load.finish();
            }

            shell.run("after the load", page.labelled(SECTION, BEFORE));
            assertConsistent(
                    shell.run("the last verify", "infra/api --wait POST /api/admin/verify '{\"repair\": false}'"));
            assertThat(partitions(isolated, prefix)).containsOnly(PARTITIONS);
            assertReadable(stack, user);
            stack.awaitHealthy();
            Answer letters = stack.api().call("GET", "/api/admin/dead-letters?state=open", null);
            assertThat(letters.body().path("items").isArray()).as("%s", letters).isTrue();
            assertThat(letters.body().path("items")).as("%s", letters).isEmpty();

            String earlier = isolated.servers().topicPrefix();
            shell.run("the old topics", "OLD_TOPIC_PREFIX=" + earlier + "\n" + page.script(SECTION, ""));
            assertThat(topics(isolated))
                    .contains(AggregateType.TODO.topic(prefix))
                    .doesNotContain(AggregateType.TODO.topic(earlier));
            assertReadable(stack, user);
        }
    }

    /** Fails unless the printed results of a verify are consistent, for all read models together and for each. */
    private static void assertConsistent(String printed) {
        assertThat(printed)
                .contains("\"consistent\":true")
                .doesNotContain("\"consistent\":false", "\"consistent\":null");
    }

    private static AcknowledgedWrites write(TestStack stack) throws Exception {
        try (OngoingLoad load = new OngoingLoad(stack)) {
            load.awaitMoreWrites(WRITES);
            load.finish();
            return load.acknowledgedWrites();
        }
    }

    /** Restarts all programs with another topic prefix and more partitions. */
    private static void restart(TestStack stack, String prefix) {
        List<Service> services = Stream.of(
                        Stream.of(stack.apiService()), stack.projectors().stream(), stack.publishers().stream())
                .flatMap(all -> all)
                .toList();
        services.stream().filter(Service::isAlive).forEach(Service::stop);
        services.forEach(service -> service.setVariable("STUDYBUDDY_TOPIC_PREFIX", prefix)
                .setVariable("STUDYBUDDY_TOPIC_PARTITIONS", Integer.toString(PARTITIONS))
                .start());
        services.forEach(Service::awaitReady);
    }

    private static void assertReadable(TestStack stack, TestUser user) throws Exception {
        Answer analytics = stack.api().call("GET", "/api/reports/analytics?days=7&userId=" + user.id(), null);
        assertThat(analytics.status()).as("%s", analytics).isEqualTo(200);
        assertThat(analytics.body().path("streak").intValue(0))
                .as("%s", analytics)
                .isEqualTo(TestUser.DAYS);
    }

    private static Set<String> topics(IsolatedServers isolated) throws Exception {
        try (Admin admin = admin(isolated)) {
            return admin.listTopics().names().get(KAFKA_LIMIT_SECONDS, TimeUnit.SECONDS);
        }
    }

    private static Admin admin(IsolatedServers isolated) {
        return Admin.create(Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, isolated.servers().kafka()));
    }

    /** Returns the number of partitions of each topic with a prefix. */
    private static List<Integer> partitions(IsolatedServers isolated, String prefix) throws Exception {
        List<String> topics = Stream.of(AggregateType.values())
                .map(type -> type.topic(prefix))
                .toList();
        try (Admin admin = admin(isolated)) {
            return admin
                    .describeTopics(topics)
                    .allTopicNames()
                    .get(KAFKA_LIMIT_SECONDS, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .map(topic -> topic.partitions().size())
                    .toList();
        }
    }
}
