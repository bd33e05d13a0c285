package dev.studybuddy.api.operations.outbox;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.mongo.GenerationSelector;
import dev.studybuddy.api.mongo.MirrorNumbers;
import dev.studybuddy.api.mongo.MongoReadBreaker;
import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.api.mongo.MongoUnavailableException;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.operations.deadletter.DeadLetterCriteria;
import dev.studybuddy.api.operations.deadletter.DeadLetterView;
import dev.studybuddy.api.operations.deadletter.DeadLetters;
import dev.studybuddy.api.outbox.OutboxEvent;
import dev.studybuddy.api.outbox.OutboxTable;
import dev.studybuddy.api.outbox.PublishingPauses;
import dev.studybuddy.contract.AggregateType;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class EventTimelineController {

    private static final Logger LOG = LoggerFactory.getLogger(EventTimelineController.class);
    private static final int MAX_EVENTS = 100;

    private final OutboxTable outbox;
    private final PublishingPauses pauses;
    private final GenerationSelector generationSelector;
    private final MongoReadBreaker breaker;
    private final MongoSessions mongoSessions;
    private final DeadLetters deadLetters;
    private final ReadAudit readAudit;

    EventTimelineController(
            OutboxTable outbox,
            PublishingPauses pauses,
            GenerationSelector generationSelector,
            MongoReadBreaker breaker,
            MongoSessions mongoSessions,
            DeadLetters deadLetters,
            ReadAudit readAudit) {
        this.outbox = outbox;
        this.pauses = pauses;
        this.generationSelector = generationSelector;
        this.breaker = breaker;
        this.mongoSessions = mongoSessions;
        this.deadLetters = deadLetters;
        this.readAudit = readAudit;
    }

    /**
     * A timeline shows the progress of the events of one aggregate towards MongoDB.
     *
     * @param events the outbox rows that exist; a published event has none if its publisher deletes rows or if its
     *     retention is over
     * @param mirrors the aggregate's mirrors; null if MongoDB is unavailable
     * @param deadLetters the projector's dead letters of the aggregate; null if MongoDB is unavailable
     */
    @Schema(name = "Timeline")
    record Timeline(
            String aggregateId,
            List<TimelineEvent> events,
            @Nullable List<MirrorView> mirrors,
            @Nullable List<DeadLetterView> deadLetters) {}

    /**
     * A timeline event shows an outbox row without its payload.
     *
     * @param partition the partition of the event's Kafka record; null while none is recorded
     * @param offset the offset of the event's Kafka record; null while none is recorded
     * @param retryCount the number of refused attempts to publish the event
     * @param paused whether the event waits because an operator paused the publishing of its type
     */
    record TimelineEvent(
            UUID eventId,
            String aggregateType,
            long version,
            String eventType,
            Instant createdAt,
            boolean processed,
            @Nullable Instant processedAt,
            @Nullable Long partition,
            @Nullable Long offset,
            int retryCount,
            @Nullable String lastError,
            @Nullable Instant deadLetteredAt,
            boolean paused) {}

    /**
     * This record shows an aggregate's mirror in the active generation of a read model.
     *
     * @param version the version that the mirror shows; null if the mirror has no number there, because a person
     *     changed it
     * @param offset the offset of the event that the mirror shows; null if the mirror has no number there
     */
    record MirrorView(
            String model,
            String aggregateType,
            int generation,
            @Nullable Long version,
            @Nullable Long offset,
            boolean deleted) {}

    @Operation(
            operationId = "getTimeline",
            summary = "Returns the progress of the events of an aggregate: outbox rows, mirrors and dead letters",
            description = "The timeline has at most the " + MAX_EVENTS + " newest outbox rows of each type, and at most"
                    + " " + MAX_EVENTS + " dead letters of the projector, or fewer if they are large. The list of dead"
                    + " letters has all of them.")
    @GetMapping("/api/admin/events/{aggregateId}")
    Timeline timeline(Caller caller, @PathVariable UUID aggregateId) {
        return maskOrRecord(caller, read(aggregateId));
    }

    /**
     * Masks the payloads of dead letters for a caller who may not read them, and records the read of any other caller.
     */
    private Timeline maskOrRecord(Caller caller, Timeline timeline) {
        List<DeadLetterView> letters = timeline.deadLetters();
        if (letters == null) {
            return timeline;
        }
        if (caller.mayReadPayloads()) {
            readAudit.recordPayloads(
                    caller, letters.stream().map(DeadLetterView::id).toList());
            return timeline;
        }
        List<DeadLetterView> masked =
                letters.stream().map(DeadLetterView::masked).toList();
        return new Timeline(timeline.aggregateId(), timeline.events(), timeline.mirrors(), masked);
    }

    private Timeline read(UUID aggregateId) {
        String id = aggregateId.toString();
        List<TimelineEvent> events = new ArrayList<>();
        List<PublishingPauses.PausedType> paused = pauses.findAll();
        for (AggregateType type : AggregateType.values()) {
            outbox.findByAggregate(type.code(), id, MAX_EVENTS).forEach(row -> events.add(event(row, paused)));
        }
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            List<ReadGeneration> generations = generationSelector.findAll(session);
            return breaker.read(() -> new Timeline(id, events, mirrors(id, generations), deadLetters(id, session)));
        } catch (MongoUnavailableException unavailable) {
            LOG.atDebug()
                    .addKeyValue("aggregateId", id)
                    .setCause(unavailable)
                    .log("MongoDB did not answer; the timeline is returned without mirrors and dead letters");
            return new Timeline(id, events, null, null);
        }
    }

    private static List<MirrorView> mirrors(String id, List<ReadGeneration> generations) {
        List<MirrorView> mirrors = new ArrayList<>();
        for (ReadGeneration generation : generations) {
            for (AggregateType type : generation.reads()) {
                Document found =
                        generation.mirrors(type).find(new Document("_id", id)).first();
                if (found != null) {
                    mirrors.add(new MirrorView(
                            generation.model(),
                            type.code(),
                            generation.number(),
                            MirrorNumbers.find(found, "version"),
                            MirrorNumbers.find(found, "offset"),
                            Boolean.TRUE.equals(found.get("deleted"))));
                }
            }
        }
        return mirrors;
    }

    private List<DeadLetterView> deadLetters(String id, MongoSessions.MongoSession session) {
        return deadLetters.findDocuments(new DeadLetterCriteria(null, null, null, id), MAX_EVENTS, session);
    }

    private static TimelineEvent event(OutboxEvent row, List<PublishingPauses.PausedType> paused) {
        return new TimelineEvent(
                row.id(),
                row.aggregateType(),
                row.aggregateVersion(),
                row.eventType(),
                row.createdAt(),
                row.processed(),
                row.processedAt(),
                row.sentPartition(),
                row.sentOffset(),
                row.retryCount(),
                row.lastError(),
                row.deadLetteredAt(),
                !row.processed() && paused.stream().anyMatch(pause -> pause.includes(row.aggregateType())));
    }
}
