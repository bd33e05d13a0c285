package dev.studybuddy.publisher;

import dev.studybuddy.publisher.kafka.KafkaPublisher;
import dev.studybuddy.publisher.kafka.TopicRules;
import dev.studybuddy.publisher.kafka.Topics;
import dev.studybuddy.publisher.lease.JdbcLeaseTable;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.loop.Loop;
import dev.studybuddy.publisher.metrics.PendingAges;
import dev.studybuddy.publisher.metrics.PublisherMetrics;
import dev.studybuddy.publisher.publish.JdbcOutboxTable;
import dev.studybuddy.publisher.publish.JdbcWrites;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.publisher.retention.Retention;
import dev.studybuddy.publisher.wakeup.WakeUpSocket;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** One instance: its parts put together, its threads, its start and its graceful stop. */
final class Publisher {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final LongSupplier NANOS = System::nanoTime;
    private static final Duration END_OF_ROUND = Duration.ofMillis(300);
    private static final long FORGET_DEAD_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final String id;
    private final PublisherProperties properties;
    private final ShardLeases leases;
    private final LeaseTable leaseTable;
    private final LeaseKeeper keeper;
    private final PublishLoop publishing;
    private final WakeUpSocket socket;
    private final Topics topics;
    private final KafkaPublisher kafka;
    private final JdbcWrites writes;
    private final Loop leaseLoop = new Loop("outbox-leases", this::keepLeases);
    private final Loop publishLoop = new Loop("outbox-publish", this::publish);
    private final Loop topicLoop = new Loop("outbox-topics", this::checkTopics);
    private final Loop wakeUpLoop = new Loop("outbox-wake-ups", this::receive);
    private final Loop retentionLoop;
    private final Loop ageLoop;
    private volatile long nextBeat = NANOS.getAsLong();
    private long nextForget = NANOS.getAsLong();

    /**
     * The servers.
     *
     * @param producer the producer's configuration; what the protocol rests on is set on top
     */
    record Servers(JdbcTemplate jdbc, Map<String, Object> producer, Map<String, Object> admin) {}

    Publisher(String id, PublisherProperties properties, Servers servers, MeterRegistry registry) {
        SettingRules.check(properties);
        this.id = id;
        this.properties = properties;
        PublisherProperties.Lease lease = properties.lease();
        PublisherMetrics metrics = new PublisherMetrics(registry);
        JdbcTemplate jdbc = servers.jdbc();
        this.leases = new ShardLeases(NANOS, properties.guard().toNanos());
        this.socket = new WakeUpSocket(properties.wakeUpAddress());
        this.leaseTable = new JdbcLeaseTable(jdbc, lease.ttl(), lease.liveWithin());
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Self(id, socket.address()),
                leaseTable,
                leases,
                NANOS,
                lease.ttl(),
                metrics,
                this::wakeSuccessor);
        PublisherProperties.Topics topic = properties.topics();
        this.topics = new Topics(
                new TopicRules(topic.template(), topic.partitions(), topic.create(), topic.replicationFactor()),
                servers.admin(),
                this::topicOpened,
                topicLoop::wake,
                NANOS);
        this.kafka = new KafkaPublisher(
                topics,
                Settings.producer(properties, servers.producer(), id),
                properties.source(),
                JsonMapper.builder().build());
        this.writes = new JdbcWrites(jdbc, id);
        this.publishing = new PublishLoop(
                Settings.publishing(properties),
                new PublishLoop.Ports(
                        new JdbcOutboxTable(jdbc, NANOS, properties.polling().sweepTimeout()), kafka, writes, metrics),
                leases,
                NANOS,
                publishLoop::wake);
        PublisherProperties.Retention retention = properties.retention();
        Retention walk = new Retention(
                jdbc,
                leases,
                new Retention.Settings(retention.keep(), retention.page(), retention.pause(), retention.rest()));
        this.retentionLoop = new Loop("outbox-retention", walk::step);
        PendingAges ages = new PendingAges(
                registry, jdbc, leases, properties.pendingAgeInterval().toNanos());
        this.ageLoop = new Loop("outbox-ages", ages::step);
        metrics.observe(leases, publishing);
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

    /** Starts the threads; the outbox's schema must be there. */
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
        long now = NANOS.getAsLong();
        if (now - nextBeat >= 0) {
            nextBeat = now + properties.lease().heartbeat().toNanos();
            try {
                keeper.heartbeat();
            } catch (RuntimeException e) {
                // Tried again at once by the loop's own backoff, not only at the next heartbeat.
                nextBeat = now;
                throw e;
            }
            if (now - nextForget >= 0) {
                nextForget = now + FORGET_DEAD_NANOS;
                leaseTable.forgetDead();
            }
            publishLoop.wake();
        } else {
            keeper.handOver();
        }
        return Math.max(1, nextBeat - NANOS.getAsLong());
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

    private long receive() {
        return socket.receive((shardBits, port) -> {
            if (keeper.isPublisher(port)) {
                nextBeat = NANOS.getAsLong();
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

    /** Sends nothing new, lets what is in flight be acknowledged and marked, hands the shards over, ends. */
    void stop() {
        retentionLoop.stop(Duration.ZERO);
        ageLoop.stop(Duration.ZERO);
        // A heartbeat under way ends by its statements' own bound; what it leaves behind would wait for the leases'
        // end.
        if (leaseLoop.stop(properties.statementTimeout().plus(END_OF_ROUND))) {
            handOverAll();
        } else {
            log.atWarn().log("The database does not answer; the shards flow again when their leases expire");
        }
        publishLoop.stop(END_OF_ROUND);
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
            // What is in flight has its outcome by then, and shards that are drained go on before.
            long deadline = NANOS.getAsLong()
                    + properties.kafka().deliveryTimeout().plus(END_OF_ROUND).toNanos();
            boolean failed = false;
            while (!leases.owned().isEmpty() && NANOS.getAsLong() - deadline < 0) {
                publishLoop.wake();
                failed |= !handOver(failed);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
            keeper.leave();
        } catch (RuntimeException e) {
            log.atWarn().setCause(e).log("Not all shards were handed over; they flow again when their leases expire");
        }
    }

    private boolean handOver(boolean failedBefore) {
        try {
            keeper.handOver();
            return true;
        } catch (DataAccessException e) {
            if (!failedBefore) {
                log.atWarn().setCause(e).log("Shards could not be handed over; trying on");
            }
            return false;
        }
    }
}
