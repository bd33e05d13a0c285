package dev.studybuddy.publisher;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.kafka.KafkaPublisher;
import dev.studybuddy.publisher.kafka.TopicMonitor;
import dev.studybuddy.publisher.kafka.TopicNaming;
import dev.studybuddy.publisher.lease.JdbcLeaseTable;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.metrics.PendingAges;
import dev.studybuddy.publisher.metrics.PublisherMetrics;
import dev.studybuddy.publisher.outbox.JdbcOutboxTable;
import dev.studybuddy.publisher.outbox.JdbcOutboxWriter;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.publisher.retention.Retention;
import dev.studybuddy.publisher.wakeup.WakeUpSocket;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A publisher is one instance. It assembles its parts, runs its threads, starts and stops gracefully. */
final class Publisher {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final MonotonicClock CLOCK = MonotonicClock.SYSTEM;
    private static final Duration ROUND_END_ALLOWANCE = Duration.ofMillis(300);
    private static final long CLEANUP_INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final String id;
    private final PublisherProperties properties;
    private final ShardLeases leases;
    private final LeaseTable leaseTable;
    private final LeaseKeeper keeper;
    private final PublishLoop publishing;
    private final WakeUpSocket socket;
    private final TopicMonitor topics;
    private final KafkaPublisher kafka;
    private final JdbcOutboxWriter writes;
    private final Loop leaseLoop = new Loop("outbox-leases", this::keepLeases);
    private final Loop publishLoop = new Loop("outbox-publish", this::publish);
    private final Loop topicLoop = new Loop("outbox-topics", this::checkTopics);
    private final Loop wakeUpLoop = new Loop("outbox-wake-ups", this::receiveWakeUp);
    private final Loop retentionLoop;
    private final Loop ageLoop;
    private volatile long nextHeartbeatNanos = CLOCK.nanos();
    private long nextCleanupNanos = CLOCK.nanos();

    /**
     * Holds the connections to the servers.
     *
     * @param jdbc access to the outbox's database
     * @param producer the producer's configuration; the publisher overrides the settings that the protocol needs
     * @param admin the admin client's configuration
     */
    record Servers(JdbcTemplate jdbc, Map<String, Object> producer, Map<String, Object> admin) {}

    Publisher(String id, PublisherProperties properties, Servers servers, MeterRegistry registry) {
        SettingsValidator.check(properties);
        this.id = id;
        this.properties = properties;
        PublisherProperties.Lease lease = properties.lease();
        PublisherMetrics metrics = new PublisherMetrics(registry);
        JdbcTemplate jdbc = servers.jdbc();
        this.leases = new ShardLeases(CLOCK, properties.guard().toNanos());
        this.socket = new WakeUpSocket(properties.wakeUpAddress());
        this.leaseTable = new JdbcLeaseTable(jdbc, lease.ttl(), lease.liveWithin());
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Self(id, socket.address()),
                leaseTable,
                leases,
                CLOCK,
                lease.ttl(),
                metrics,
                this::wakeSuccessor);
        PublisherProperties.Topics topic = properties.topics();
        this.topics = new TopicMonitor(
                new TopicNaming(topic.template(), topic.partitions(), topic.create(), topic.replicationFactor()),
                servers.admin(),
                this::topicOpened,
                topicLoop::wake,
                CLOCK);
        this.kafka = new KafkaPublisher(
                topics,
                properties.kafka().producer(servers.producer(), id),
                properties.source(),
                JsonMapper.builder().build());
        this.writes = new JdbcOutboxWriter(jdbc, id);
        this.publishing = new PublishLoop(
                properties.publishing(),
                new PublishLoop.Ports(
                        new JdbcOutboxTable(jdbc, CLOCK, properties.polling().sweepTimeout()), kafka, writes, metrics),
                leases,
                CLOCK,
                publishLoop::wake);
        Retention deletion = new Retention(jdbc, leases, properties.retention());
        this.retentionLoop = new Loop("outbox-retention", deletion::deletePage);
        PendingAges pendingAges = new PendingAges(
                registry, jdbc, leases, properties.pendingAgeInterval().toNanos());
        this.ageLoop = new Loop("outbox-ages", pendingAges::update);
        metrics.registerGauges(leases, publishing);
    }

    String id() {
        return id;
    }

    ShardLeases leases() {
        return leases;
    }

    PublishLoop publishing() {
        return publishing;
    }

    /** Starts the threads. The outbox's schema must exist. */
    void start() {
        topics.watch(properties.topics().types());
        topicLoop.start();
        publishLoop.start();
        leaseLoop.start();
        wakeUpLoop.start();
        if (properties.retention().enabled()) {
            retentionLoop.start();
        }
        ageLoop.start();
        log.atInfo()
                .addKeyValue("instance", id)
                .addKeyValue("wakeUpAddress", socket.address())
                .log("Publisher started");
    }

    private long keepLeases() {
        long now = CLOCK.nanos();
        if (now - nextHeartbeatNanos >= 0) {
            nextHeartbeatNanos = now + properties.lease().heartbeat().toNanos();
            try {
                keeper.heartbeat();
            } catch (RuntimeException e) {
                // The loop retries after its own backoff, so the retry does not wait until the next heartbeat is due.
                nextHeartbeatNanos = now;
                throw e;
            }
            if (now - nextCleanupNanos >= 0) {
                nextCleanupNanos = now + CLEANUP_INTERVAL_NANOS;
                leaseTable.forgetDead();
            }
            publishLoop.wake();
        } else {
            keeper.handOver();
        }
        return Math.max(1, nextHeartbeatNanos - CLOCK.nanos());
    }

    private long publish() {
        long wait = publishing.round();
        if (leases.anyDrained()) {
            leaseLoop.wake();
        }
        return wait;
    }

    private long checkTopics() {
        return topics.check();
    }

    private long receiveWakeUp() {
        return socket.receive((shardBits, port) -> {
            if (keeper.isPublisherPort(port)) {
                nextHeartbeatNanos = CLOCK.nanos();
                leaseLoop.wake();
            }
            publishing.wake(shardBits);
        });
    }

    private void wakeSuccessor(LeaseKeeper.Handover handover) {
        if (handover.address() != null && !handover.shards().isEmpty()) {
            socket.send(handover.address(), handover.shards());
        }
    }

    private void topicOpened(String aggregateType) {
        publishing.topicOpened(aggregateType);
    }

    /**
     * Stops the publisher: it starts no new send, waits until the events in flight are acknowledged and marked, hands
     * its shards over, and ends its threads.
     */
    void stop() {
        retentionLoop.stop(Duration.ZERO);
        ageLoop.stop(Duration.ZERO);
        // The timeout of its statements ends a heartbeat that is running. Without this wait, the heartbeat could own
        // shards again after the hand-over, and these would wait until their leases expire.
        if (leaseLoop.stop(properties.statementTimeout().plus(ROUND_END_ALLOWANCE))) {
            handOverAll();
        } else {
            log.atWarn().log("The database does not answer; other instances take the shards when their leases expire");
        }
        publishLoop.stop(ROUND_END_ALLOWANCE);
        socket.close();
        wakeUpLoop.stop(Duration.ZERO);
        topicLoop.stop(Duration.ZERO);
        kafka.close();
        writes.close();
        topics.close();
        log.atInfo().addKeyValue("instance", id).log("Publisher stopped");
    }

    private void handOverAll() {
        try {
            keeper.beginLeaving();
            // Every event in flight has its outcome by this deadline. A shard that drains earlier is handed over
            // earlier.
            long deadline = CLOCK.nanos()
                    + properties
                            .kafka()
                            .deliveryTimeout()
                            .plus(ROUND_END_ALLOWANCE)
                            .toNanos();
            boolean failed = false;
            while (!leases.owned().isEmpty() && CLOCK.nanos() - deadline < 0) {
                publishLoop.wake();
                failed |= !tryHandOver(failed);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
            keeper.leave();
        } catch (RuntimeException e) {
            log.atWarn()
                    .setCause(e)
                    .log("The hand-over failed for some shards; other instances take them when their leases expire");
        }
    }

    private boolean tryHandOver(boolean failedBefore) {
        try {
            keeper.handOver();
            return true;
        } catch (DataAccessException e) {
            if (!failedBefore) {
                log.atWarn().setCause(e).log("The hand-over of shards failed; it is retried until the stop times out");
            }
            return false;
        }
    }
}
