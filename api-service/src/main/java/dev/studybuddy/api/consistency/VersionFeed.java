package dev.studybuddy.api.consistency;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.mongo.GenerationSelector;
import dev.studybuddy.api.mongo.MirrorNumbers;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.sse.OpenStreams;
import dev.studybuddy.api.sse.StreamFeed;
import dev.studybuddy.api.sse.StreamProperties;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Names;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.bson.Document;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * Polls the mirrors of the read model {@code study} for the versions that subscriptions of this instance wait for. One
 * poll serves all subscriptions. While no subscription waits for a version, it polls nothing.
 */
@Component
public final class VersionFeed extends StreamFeed<VersionSubscription> {

    private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
    private static final Duration IDLE_INTERVAL = Duration.ofMinutes(1);
    private static final int MAX_IDS = 500;

    private final ConsistencyTokens tokens;
    private final GenerationSelector generationSelector;
    private final MongoReadBreaker breaker;
    private final MongoSessions mongoSessions;

    VersionFeed(
            ConsistencyTokens tokens,
            GenerationSelector generationSelector,
            MongoReadBreaker breaker,
            MongoSessions mongoSessions,
            StreamProperties properties) {
        super(
                "version-feed",
                new OpenStreams<>(properties.maxStreams(), properties.maxStreamsPerCaller()),
                VersionSubscription::end);
        this.tokens = tokens;
        this.generationSelector = generationSelector;
        this.breaker = breaker;
        this.mongoSessions = mongoSessions;
    }

    /**
     * Opens a subscription for the versions in the tokens of a request, and for all versions that the caller writes
     * through this instance until the subscription is closed.
     *
     * @throws dev.studybuddy.api.http.ProblemException 400 if a token is invalid, 503 if too many subscriptions are
     *     open
     */
    public VersionSubscription open(Caller caller, HttpServletRequest request) {
        List<AggregateVersion> presented =
                tokens.read(caller, Collections.list(request.getHeaders(ConsistencyTokens.HEADER)));
        VersionSubscription subscription = new VersionSubscription(this, caller.id());
        streams().add(caller.id(), subscription);
        subscription.add(presented);
        wake();
        return subscription;
    }

    void remove(VersionSubscription subscription) {
        streams().remove(subscription.caller(), subscription);
    }

    /**
     * Adds versions that a caller wrote to the caller's subscriptions, after the commit of the active transaction. A
     * subscription that was opened before the commit receives them too.
     */
    void addAfterCommit(Caller caller, AggregateVersion... versions) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            add(caller.id(), List.of(versions));
            return;
        }
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                add(caller.id(), Arrays.asList(versions));
            }
        });
    }

    private void add(UUID caller, List<AggregateVersion> versions) {
        List<VersionSubscription> ofCaller = streams().of(caller);
        if (!ofCaller.isEmpty()) {
            ofCaller.forEach(subscription -> subscription.add(versions));
            wake();
        }
    }

    /** Reports the versions that the mirrors show, and returns the wait until the next round. */
    @Override
    protected long runRound() {
        Map<AggregateType, Set<String>> ids = new HashMap<>();
        streams()
                .forEach(subscription -> subscription
                        .pending()
                        .forEach(version -> ids.computeIfAbsent(version.type(), any -> new HashSet<>())
                                .add(version.id())));
        if (ids.isEmpty()) {
            return IDLE_INTERVAL.toNanos();
        }
        Map<VersionSubscription.AggregateKey, Long> mirrors = readMirrors(ids);
        streams()
                .forEach(subscription -> subscription.report(subscription.pending().stream()
                        .filter(version -> mirrors.getOrDefault(VersionSubscription.AggregateKey.of(version), 0L)
                                >= version.version())
                        .toList()));
        return POLL_INTERVAL.toNanos();
    }

    private Map<VersionSubscription.AggregateKey, Long> readMirrors(Map<AggregateType, Set<String>> ids) {
        Map<VersionSubscription.AggregateKey, Long> versions = new HashMap<>();
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            ReadGeneration generation = generationSelector.current(Names.STUDY, session);
            ids.forEach((type, all) -> {
                List<String> idsOfType = List.copyOf(all);
                for (int at = 0; at < idsOfType.size(); at += MAX_IDS) {
                    List<String> page = idsOfType.subList(at, Math.min(idsOfType.size(), at + MAX_IDS));
                    breaker.read(() -> readMirrors(generation, type, page, versions));
                }
            });
        }
        return versions;
    }

    private static int readMirrors(
            ReadGeneration generation,
            AggregateType type,
            List<String> ids,
            Map<VersionSubscription.AggregateKey, Long> versions) {
        Document filter = new Document("_id", new Document("$in", ids));
        for (Document mirror : generation.mirrors(type).find(filter).projection(new Document("version", 1))) {
            versions.put(
                    new VersionSubscription.AggregateKey(type.code(), mirror.getString("_id")),
                    MirrorNumbers.version(mirror));
        }
        return versions.size();
    }
}
