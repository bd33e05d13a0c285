package dev.studybuddy.publisher;

import dev.studybuddy.background.Loop;
import dev.studybuddy.background.MonotonicClock;
import dev.studybuddy.publisher.kafka.KafkaEventSender;
import dev.studybuddy.publisher.kafka.ProducerConfigs;
import dev.studybuddy.publisher.kafka.TopicMonitor;
import dev.studybuddy.publisher.lease.Fitness;
import dev.studybuddy.publisher.lease.FitnessTracker;
import dev.studybuddy.publisher.lease.JdbcLeaseTable;
import dev.studybuddy.publisher.lease.JdbcStartingPoints;
import dev.studybuddy.publisher.lease.LeaseKeeper;
import dev.studybuddy.publisher.lease.LeaseRounds;
import dev.studybuddy.publisher.lease.LeaseTable;
import dev.studybuddy.publisher.lease.ShardLeases;
import dev.studybuddy.publisher.lease.StartingPoints;
import dev.studybuddy.publisher.metrics.PublisherMetrics;
import dev.studybuddy.publisher.outbox.JdbcOutboxQueries;
import dev.studybuddy.publisher.outbox.JdbcOutboxWriter;
import dev.studybuddy.publisher.outbox.JdbcPauseTable;
import dev.studybuddy.publisher.publish.PublishLoop;
import dev.studybuddy.publisher.trace.PublishTraces;
import dev.studybuddy.publisher.wakeup.WakeUpSocket;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import tools.jackson.databind.json.JsonMapper;

/** A publisher is one instance. It assembles its parts, runs its threads, and stops gracefully. */
final class Publisher {

    private static final Logger log = LoggerFactory.getLogger(Publisher.class);
    private static final MonotonicClock CLOCK = MonotonicClock.SYSTEM;
    /** A stop waits for this time in addition to the timeout of the statements or sends that end a round. */
    private static final Duration ROUND_END_ALLOWANCE = Duration.ofMillis(300);

    private final String id;
    private final PublisherProperties properties;
    private final ShardLeases leases;
    private final LeaseKeeper keeper;
    private final LeaseRounds leaseRounds;
    private final FinalHandover finalHandover;
    private final PublishLoop publishLoop;
    private final PublishRounds publishRounds;
    private final WakeUpSocket socket;
    private final TopicMonitor topicMonitor;
    private final KafkaEventSender eventSender;
    private final JdbcOutboxWriter writer;
    private final PauseReader pauseReader;
    private final FitnessTracker fitness;
    private final Loop leaseThread = loop("outbox-leases", this::keepLeases);
    private final Loop publishThread = loop("outbox-publish", this::publish);
    private final Loop topicThread = loop("outbox-topics", this::checkTopics);
    private final Loop pauseThread = loop("outbox-pauses", this::readPauses);
    private final Loop wakeUpThread = loop("outbox-wake-ups", this::receiveWakeUp);
    private final MaintenanceThreads maintenance;
    private volatile Loop.ErrorHandler errorHandler = Loop.ErrorHandler.NONE;

    /**
     * Holds the access to the database and the configurations of the Kafka clients.
     *
     * @param jdbc access to the outbox's database
     * @param producer the producer's configuration; the publisher overrides the settings that the protocol needs
     * @param admin the admin client's configuration
     */
    record Servers(JdbcTemplate jdbc, Map<String, Object> producer, Map<String, Object> admin) {}

    Publisher(
            String id, PublisherProperties properties, Servers servers, MeterRegistry registry, PublishTraces traces) {
        SettingsValidator.check(properties);
        ProducerConfigs producers = new ProducerConfigs(properties.kafka().producer(servers.producer(), id));
        SettingsValidator.checkInFlightBytes(properties.memory(), producers.bufferBytes());
        this.id = id;
        this.properties = properties;
        PublisherProperties.Lease lease = properties.lease();
        PublisherMetrics metrics = new PublisherMetrics(registry);
        JdbcTemplate jdbc = servers.jdbc();
        this.leases = new ShardLeases(CLOCK, properties.guard().toNanos());
        this.socket = new WakeUpSocket(properties.wakeUpAddress());
        LeaseTable leaseTable = new JdbcLeaseTable(jdbc, lease.ttl(), lease.liveWithin());
        this.fitness = new FitnessTracker(
                CLOCK,
                new FitnessTracker.Signals(
                        this::lastAnswerNanos,
                        this::lastRoundNanos,
                        () -> endedThreads().isEmpty()));
        StartingPoints startingPoints = new JdbcStartingPoints(jdbc);
        this.keeper = new LeaseKeeper(
                new LeaseKeeper.Identity(id, socket.address(), fitness),
                leaseTable,
                leases,
                CLOCK,
                lease.ttl(),
                metrics,
                this::wakeSuccessor);
        this.topicMonitor =
                new TopicMonitor(properties.topics(), servers.admin(), this::retryTopic, topicThread::wake, CLOCK);
        this.eventSender = new KafkaEventSender(
                topicMonitor,
                producers,
                properties.source(),
                JsonMapper.builder().build(),
                traces);
        this.writer = new JdbcOutboxWriter(jdbc, id, CLOCK, properties.acknowledged(), this::handleError);
        this.publishLoop = new PublishLoop(
                properties.publishSettings(),
                new PublishLoop.Collaborators(
                        new JdbcOutboxQueries(
                                jdbc,
                                CLOCK,
                                properties.statementTimeout(),
                                properties.polling().sweepTimeout()),
                        startingPoints,
                        eventSender,
                        writer,
                        metrics),
                leases,
                CLOCK,
                publishThread::wake);
        this.publishRounds = new PublishRounds(
                publishLoop, new OutcomeDeadline(properties.guard()), this::requestHandOverIfDrained, CLOCK);
        this.leaseRounds = new LeaseRounds(
                keeper,
                new LeaseRounds.Tables(id, leaseTable, startingPoints),
                publishLoop::startingPoints,
                publishThread::wake,
                lease.heartbeat(),
                CLOCK);
        this.finalHandover = new FinalHandover(
                keeper,
                leases,
                publishThread::wake,
                properties.kafka().deliveryTimeout().plus(ROUND_END_ALLOWANCE),
                CLOCK);
        JdbcPauseTable pauses = new JdbcPauseTable(jdbc, CLOCK);
        this.pauseReader = new PauseReader(pauses, publishLoop, lease.heartbeat());
        this.maintenance = new MaintenanceThreads(properties, jdbc, leases, CLOCK, registry, this::handleError);
        metrics.registerGauges(leases, publishLoop, fitness);
        metrics.registerPausesAge(pauses::age);
        metrics.registerWeakTopics(() -> topicMonitor.weakTopics().size());
    }

    private Loop loop(String name, Loop.Round round) {
        return new Loop(name, round, this::handleError);
    }

    private void handleError(String thread, Error error) {
        errorHandler.onError(thread, error);
    }

    /** Sets the handler that runs when a thread of the publisher ends because of an error. */
    void setErrorHandler(Loop.ErrorHandler handler) {
        errorHandler = handler;
    }

    private OptionalLong lastAnswerNanos() {
        return topicMonitor.lastCompleteAnswerNanos();
    }

    private OptionalLong lastRoundNanos() {
        return publishRounds.lastCompletedNanos();
    }

    String id() {
        return id;
    }

    ShardLeases leases() {
        return leases;
    }

    TopicMonitor topicMonitor() {
        return topicMonitor;
    }

    PublishLoop publishLoop() {
        return publishLoop;
    }

    /** Returns the present fitness of this instance. */
    Fitness fitness() {
        return fitness.get();
    }

    /** Returns the names of the threads that ended although the publisher was not stopped. */
    List<String> endedThreads() {
        List<String> dead = new ArrayList<>();
        Stream.concat(
                        Stream.of(leaseThread, publishThread, topicThread, pauseThread, wakeUpThread),
                        maintenance.all().stream())
                .filter(Loop::hasEndedUnexpectedly)
                .map(Loop::name)
                .forEach(dead::add);
        if (writer.hasEndedByError()) {
            dead.add(writer.name());
        }
        return dead;
    }

    /** Starts the threads. The outbox's schema must exist. */
    void start() {
        topicMonitor.monitorListedTypes();
        topicThread.start();
        publishThread.start();
        pauseThread.start();
        leaseThread.start();
        wakeUpThread.start();
        maintenance.start();
        log.atInfo()
                .addKeyValue("instance", id)
                .addKeyValue("wakeUpAddress", socket.address())
                .log("The publisher started");
    }

    private long keepLeases() {
        return leaseRounds.run();
    }

    private long publish() {
        return publishRounds.run();
    }

    private void requestHandOverIfDrained() {
        if (leases.hasDrained()) {
            leaseThread.wake();
        }
    }

    private long checkTopics() {
        return topicMonitor.check();
    }

    private long readPauses() {
        return pauseReader.read();
    }

    private long receiveWakeUp() {
        return socket.receive((shardBits, sender) -> {
            if (sender.isOneOf(keeper.publisherAddresses())) {
                leaseRounds.makeHeartbeatDue();
                leaseThread.wake();
            }
            publishLoop.wake(shardBits);
        });
    }

    private void wakeSuccessor(LeaseKeeper.Handover handover) {
        if (handover.address() != null && !handover.shards().isEmpty()) {
            socket.send(handover.address(), handover.shards());
        }
    }

    private void retryTopic(String aggregateType) {
        publishLoop.retryTopic(aggregateType);
    }

    /**
     * Stops the publisher: it starts no new send, waits for the outcomes and the marks of the events in flight, hands
     * its shards over, and ends its threads. Each of these waits has a limit. If an event is not marked by then, the
     * next owner of its shard sends it again.
     */
    void stop() {
        maintenance.stop();
        pauseThread.stop(Duration.ZERO);
        // This stop waits for a heartbeat that is running, which the statement timeout ends. Otherwise the heartbeat
        // could take shards again after the hand-over, and these shards would wait until their leases expire.
        if (leaseThread.stop(properties.statementTimeout().plus(ROUND_END_ALLOWANCE))) {
            finalHandover.run();
        } else {
            log.atWarn()
                    .log(
                            "The last heartbeat did not end in time, so this instance hands no shards over; other instances"
                                    + " take them when their leases expire");
        }
        publishThread.stop(ROUND_END_ALLOWANCE);
        socket.close();
        wakeUpThread.stop(Duration.ZERO);
        topicThread.stop(Duration.ZERO);
        eventSender.close();
        writer.close();
        topicMonitor.close();
        log.atInfo().addKeyValue("instance", id).log("The publisher stopped");
    }
}
