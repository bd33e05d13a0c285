package dev.studybuddy.projector.generation;

import dev.studybuddy.projector.ProjectorProperties;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.TopicOrigin;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Changes records that this instance has reason to change: what is broken is marked, what has had its time is de-listed. */
@Component
final class Changes {

    private static final Logger log = LoggerFactory.getLogger(Changes.class);

    private final GenerationStore store;
    private final ProjectorProperties properties;
    private final Clock clock;

    Changes(GenerationStore store, ProjectorProperties properties, Clock clock) {
        this.store = store;
        this.properties = properties;
        this.clock = clock;
    }

    /**
     * Whether a model's record says what this instance carries; where it doesn't, that is written, so that others know
     * of it. Asked once, at an instance's start: among instances of several versions the last that started has the word.
     */
    boolean declared(ReadModel model, GenerationRecord record) {
        if (model.projection().equals(record.projection())) {
            return true;
        }
        boolean written = store.compareAndSet(record.carrying(model.projection()));
        log.atDebug()
                .addKeyValue("model", model.name())
                .log(written ? "A record says what is carried here" : "A record changed while it was written");
        return false;
    }

    /** Marks listed generations whose topics are not those that they were built from. */
    void markBroken(ReadModel model, GenerationRecord record, Topics.Found found) {
        for (Generation one : record.generations().values()) {
            if (one.end() == null && record.lists(one.number())) {
                String why = differs(one, found);
                if (why != null) {
                    markBroken(model, one.number(), why);
                }
            }
        }
    }

    /** Marks one generation, whatever else changes in its record meanwhile. */
    void markBroken(ReadModel model, int number, String why) {
        GenerationRecord record = store.read(model.name()).orElse(null);
        Generation one = record == null ? null : record.generations().get(number);
        if (one == null || one.end() != null) {
            return;
        }
        if (store.compareAndSet(Objects.requireNonNull(record).with(one.ended(Generation.End.BROKEN, why)))) {
            log.atError()
                    .addKeyValue("model", model.name())
                    .addKeyValue("generation", number)
                    .log("A generation is broken and no longer kept up, it needs a rebuild: {}", why);
        }
    }

    /** De-lists the previous generation when its time is over; what it leaves behind is dropped later. */
    void retire(GenerationRecord record) {
        Integer previous = record.previous();
        if (previous == null) {
            return;
        }
        Generation one = record.generations().get(previous);
        Instant since = one == null ? Instant.EPOCH : one.switchedAt() == null ? one.startedAt() : one.switchedAt();
        if (since.plus(properties.projector().keepPrevious()).isAfter(clock.instant())) {
            return;
        }
        GenerationRecord changed = record.listing(record.active(), null, record.building());
        if (one != null && one.end() == null) {
            changed = changed.with(one.ended(
                    Generation.End.RETIRED,
                    "kept up for " + properties.projector().keepPrevious() + " after the switch"));
        }
        if (store.compareAndSet(changed)) {
            log.atInfo()
                    .addKeyValue("model", record.model())
                    .addKeyValue("generation", previous)
                    .log("The previous generation is retired");
        }
    }

    private @Nullable String differs(Generation one, Topics.Found found) {
        for (Map.Entry<String, TopicOrigin> topic : one.topics().entrySet()) {
            TopicOrigin now = found.origins().get(topic.getKey());
            if (now != null && !now.id().equals(topic.getValue().id())) {
                return topic.getKey() + " was deleted and made again";
            }
            if (now != null && now.partitions() != topic.getValue().partitions()) {
                return topic.getKey() + " had " + topic.getValue().partitions() + " partitions and now has "
                        + now.partitions();
            }
        }
        return null;
    }
}
