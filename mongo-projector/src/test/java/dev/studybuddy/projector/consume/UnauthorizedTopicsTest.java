package dev.studybuddy.projector.consume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Tests which partitions wait, and how long, if Kafka does not permit the projector to read a topic. */
class UnauthorizedTopicsTest extends ConsumerFixture {

    @Test
    void aTopicThatKafkaRefusesDelaysNoOtherTopic() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        addRecords(OF_OTHER_TOPIC, 0, 1);
        addRecords(FIRST, 0, 3);

        runRoundsUntil(() -> stored.containsAll(List.of("0-0", "0-1", "0-2")));
        assertThat(kafka.refusedPolls.get()).isEqualTo(1);
        long appliedNanos = nanos.get();
        runRoundsUntil(() -> {
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
            return kafka.refusedPolls.get() == 2;
        });

        assertThat(Duration.ofNanos(nanos.get() - appliedNanos)).isGreaterThan(Duration.ofSeconds(3));
        assertThat(kafka.paused()).doesNotContain(FIRST);
        assertThat(stored).doesNotContain("2-0");
        assertThat(consumer.waitingPartitionCount()).isEqualTo(1);
        assertThat(permissionWaits.describe())
                .singleElement()
                .asString()
                .startsWith("session-2 of study-g1 has waited ")
                .endsWith(" s, because Kafka does not permit the projector to read the topic session.");
        assertThat(registry.get("projector_permission_wait_seconds").gauge().value())
                .isGreaterThan(3);

        kafka.unauthorizedTopics.clear();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        runRoundsUntil(() -> stored.contains("2-0"));
        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
        assertThat(registry.find("projector_permission_wait_seconds").gauge()).isNull();
    }

    @Test
    void eachRefusalOfATopicWithoutRecordsIsLogged() {
        Logger logger = (Logger) LoggerFactory.getLogger(UnauthorizedTopics.class);
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        logger.addAppender(appender);
        try {
            assignPartitionOfOtherTopic();
            for (int refusals = 1; refusals <= 2; refusals++) {
                kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
                runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
                kafka.unauthorizedTopics.clear();
                runRoundsUntil(() -> {
                    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
                    return consumer.waitingPartitionCount() == 0;
                });

                assertThat(permissionWaits.describe()).isEmpty();
                assertThat(appender.list)
                        .filteredOn(line -> line.getLevel().equals(Level.WARN))
                        .hasSize(refusals)
                        .allSatisfy(line -> assertThat(line.getKeyValuePairs())
                                .anyMatch(pair -> pair.key.equals("generation") && pair.value.equals("study-g1")));
            }
        } finally {
            logger.detachAppender(appender);
        }
    }

    /** The refusal of a fetch arrives some time after the poll that sent it. */
    @Test
    void aTopicWaitsUntilSeveralSecondsOfPollsBringNoRefusal() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
        kafka.unauthorizedTopics.clear();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        runRoundsUntil(() -> !kafka.paused().contains(OF_OTHER_TOPIC));

        consumer.runRound();
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        consumer.runRound();
        assertThat(consumer.waitingPartitionCount()).isEqualTo(1);

        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        consumer.runRound();
        kafka.unauthorizedTopics.clear();
        assertThat(permissionWaits.describe())
                .singleElement()
                .asString()
                .startsWith("session-2 of study-g1 has waited 9 s");
    }

    /** Here, a pause suspends all partitions in every second round. Full queues suspend them in the same way. */
    @Test
    void aTopicContinuesAfterAPermissionAlthoughManyRoundsPollNoPartition() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);
        kafka.unauthorizedTopics.clear();

        for (int round = 0; round < 40; round++) {
            operatorPause.set(round % 2 == 0);
            consumer.runRound();
            nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(500));
        }

        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
    }

    @Test
    void aRevokedPartitionNoLongerWaitsForAPermission() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.add(OF_OTHER_TOPIC.topic());
        runRoundsUntil(() -> consumer.waitingPartitionCount() == 1);

        kafka.rebalance(List.of(FIRST));
        runRoundsUntil(() -> consumer.partitionCount() == 1);

        assertThat(consumer.waitingPartitionCount()).isZero();
        assertThat(permissionWaits.describe()).isEmpty();
    }

    @Test
    void aConsumerOfWhichKafkaRefusesEachTopicFails() {
        assignPartitionOfOtherTopic();
        kafka.unauthorizedTopics.addAll(List.of(FIRST.topic(), OF_OTHER_TOPIC.topic()));

        assertThatExceptionOfType(TopicAuthorizationException.class)
                .isThrownBy(() -> runRoundsUntil(() -> kafka.refusedPolls.get() > 2));

        kafka.unauthorizedTopics.clear();
    }

    private void assignPartitionOfOtherTopic() {
        kafka.updateBeginningOffsets(Map.of(OF_OTHER_TOPIC, 0L));
        kafka.rebalance(List.of(FIRST, OF_OTHER_TOPIC));
        runRoundsUntil(() -> consumer.partitionCount() == 2 && consumer.waitingPartitionCount() == 0);
    }
}
