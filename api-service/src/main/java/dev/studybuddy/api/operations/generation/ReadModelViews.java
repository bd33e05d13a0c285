package dev.studybuddy.api.operations.generation;

import dev.studybuddy.api.mongo.MongoSessions;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.Pause;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Describes the generations of all read models with their progress. */
@Component
public final class ReadModelViews {

    /**
     * A description contains at most this number of generations that are no longer listed. The record itself keeps
     * more of them.
     */
    static final int MAX_UNLISTED = 20;

    private final GenerationCommands commands;
    private final MongoSessions mongoSessions;
    private final GenerationProgress progress;

    ReadModelViews(GenerationCommands commands, MongoSessions mongoSessions, GenerationProgress progress) {
        this.commands = commands;
        this.mongoSessions = mongoSessions;
        this.progress = progress;
    }

    /**
     * This record lists the generations of one read model: the active, the previous and the building one, and the
     * newest of the others.
     *
     * @param pause the pause of the read model; null if it is not paused
     */
    public record ReadModelView(
            String model,
            @Nullable Integer active,
            @Nullable Integer previous,
            @Nullable Integer building,
            @Nullable Pause pause,
            List<GenerationView> generations) {}

    /**
     * This record describes one generation. A generation that is not active, previous or building has only a state. The
     * fields from {@code done} to {@code lag} have the values of {@code GenerationProgress.Measurement}.
     */
    public record GenerationView(
            int generation,
            String state,
            @Nullable Long done,
            @Nullable Long total,
            @Nullable Double perSecond,
            @Nullable Double secondsLeft,
            @Nullable Long lag) {}

    /**
     * Returns the read models with their generations. The progress lacks its totals if Kafka does not answer.
     *
     * @throws dev.studybuddy.api.mongo.MongoUnavailableException if no session can be opened
     * @throws com.mongodb.MongoException if MongoDB does not answer
     */
    public List<ReadModelView> findAll() {
        try (MongoSessions.MongoSession session = mongoSessions.open()) {
            return findAll(session);
        }
    }

    private List<ReadModelView> findAll(MongoSessions.MongoSession session) {
        List<GenerationRecord> records = commands.readAllRecords(session);
        Map<GenerationProgress.Key, GenerationProgress.Measurement> measured = progress.measure(records, session);
        return records.stream()
                .map(record -> new ReadModelView(
                        record.model(),
                        record.active(),
                        record.previous(),
                        record.building(),
                        record.pause(),
                        describedGenerations(record).stream()
                                .map(number -> view(
                                        record,
                                        number,
                                        measured.get(new GenerationProgress.Key(record.model(), number))))
                                .toList()))
                .toList();
    }

    /** Returns the numbers of the generations that a description contains, in ascending order. */
    static List<Integer> describedGenerations(GenerationRecord record) {
        List<Integer> unlisted = record.generations().keySet().stream()
                .filter(number -> !record.lists(number))
                .toList();
        Set<Integer> omitted = Set.copyOf(unlisted.subList(0, Math.max(0, unlisted.size() - MAX_UNLISTED)));
        return record.generations().keySet().stream()
                .filter(number -> !omitted.contains(number))
                .toList();
    }

    private static GenerationView view(
            GenerationRecord record, int number, GenerationProgress.@Nullable Measurement measured) {
        String state = record.stateCode(number);
        return measured == null
                ? new GenerationView(number, state, null, null, null, null, null)
                : new GenerationView(
                        number,
                        state,
                        measured.done(),
                        measured.total(),
                        measured.perSecond(),
                        measured.secondsLeft(),
                        measured.lag());
    }
}
