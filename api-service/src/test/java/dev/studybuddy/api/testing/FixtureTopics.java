package dev.studybuddy.api.testing;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.Generation;
import dev.studybuddy.readmodel.GenerationRecord;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.TopicOrigin;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Provides the topics that the generation records of a test contain. */
final class FixtureTopics {

    private FixtureTopics() {}

    /**
     * Returns the topics of these types from which the active generation of {@code study} is built. Without such a
     * generation, the topics have no counterpart on a broker.
     */
    static Map<String, TopicOrigin> find(MongoDatabase database, Set<AggregateType> types) {
        GenerationRecord study =
                new GenerationStore(database).read(Names.STUDY).orElse(GenerationRecord.empty(Names.STUDY));
        if (study.active() != null) {
            return ofTypes(study.generations().get(study.active()).topics(), types);
        }
        Map<String, TopicOrigin> topics = new HashMap<>();
        types.forEach(
                type -> topics.put(type.topic("fixture."), new TopicOrigin("fixture", ReadModelFixture.PARTITIONS)));
        return topics;
    }

    /** Replaces the topics of all generations of {@code study}, as if these topics had existed before them. */
    static void adopt(MongoDatabase database, Map<String, TopicOrigin> present) {
        GenerationStore store = new GenerationStore(database);
        GenerationRecord record = store.read(Names.STUDY).orElseThrow();
        SortedMap<Integer, Generation> changed = new TreeMap<>();
        record.generations()
                .forEach((number, one) -> changed.put(
                        number,
                        new Generation(
                                number,
                                one.projectionVersion(),
                                ofTypes(present, one.reads()),
                                one.manual(),
                                one.startedAt(),
                                one.switchedAt(),
                                one.end(),
                                one.reason())));
        GenerationRecord adopted = new GenerationRecord(
                record.model(),
                record.active(),
                record.previous(),
                record.building(),
                record.last(),
                record.rev(),
                record.projection(),
                changed,
                record.pause());
        if (!store.compareAndSet(adopted)) {
            throw new IllegalStateException("the generation record has changed");
        }
    }

    private static Map<String, TopicOrigin> ofTypes(Map<String, TopicOrigin> topics, Set<AggregateType> types) {
        Map<String, TopicOrigin> found = new HashMap<>(topics);
        found.keySet()
                .removeIf(name ->
                        AggregateType.ofTopic(name).filter(types::contains).isEmpty());
        return found;
    }
}
