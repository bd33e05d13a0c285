package dev.studybuddy.api.operations.erasure;

import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.api.outbox.PendingErasures.Erasure;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.readmodel.GenerationStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bson.Document;
import org.springframework.stereotype.Component;

/**
 * Finds the aggregates whose deletion a read model has applied, and those whose deletion it has not applied. A building
 * generation is left out: it applies the deletion before it can be activated.
 */
@Component
final class MirrorDeletions {

    private final MongoDatabases databases;
    private final GenerationStore store;

    MirrorDeletions(MongoDatabases databases) {
        this.databases = databases;
        this.store = new GenerationStore(databases.jobs());
    }

    /**
     * Returns the ids of those aggregates that are not marked as deleted in an active or a previous generation. A
     * mirror that does not exist counts as not deleted for half an hour after the deletion of its aggregate, because
     * the events of the aggregate may not have been applied yet. A mirror whose field {@code deleted} a person changed
     * to another value than true counts as not deleted.
     */
    Set<String> findUndeleted(List<Erasure> aggregates) {
        Set<String> undeleted = new HashSet<>();
        findLiveGenerations()
                .forEach(generation -> generation
                        .reads()
                        .forEach(type -> undeleted.addAll(findUndeleted(generation, type, aggregates))));
        return undeleted;
    }

    /** Returns those of the given ids that an active or a previous generation marks as deleted. */
    Set<String> findDeleted(Collection<String> ids) {
        Set<String> deleted = new HashSet<>();
        Document marked = new Document("_id", new Document("$in", ids)).append("deleted", true);
        findLiveGenerations().forEach(generation -> {
            for (AggregateType type : generation.reads()) {
                generation
                        .mirrors(type)
                        .find(marked)
                        .projection(new Document("_id", 1))
                        .forEach(mirror -> deleted.add(mirror.getString("_id")));
            }
        });
        return deleted;
    }

    /** Returns the active and the previous generation of each read model. */
    private List<ReadGeneration> findLiveGenerations() {
        return store.readAll().stream()
                .flatMap(record -> Stream.of(record.active(), record.previous())
                        .flatMap(Stream::ofNullable)
                        .map(number -> ReadGeneration.of(record, number, databases.jobs())))
                .toList();
    }

    private static Set<String> findUndeleted(ReadGeneration generation, AggregateType type, List<Erasure> aggregates) {
        List<Erasure> ofType = aggregates.stream()
                .filter(erasure -> erasure.type().equals(type.code()))
                .toList();
        if (ofType.isEmpty()) {
            return Set.of();
        }
        Map<String, Boolean> deleted = new HashMap<>();
        Document mirrors = new Document(
                "_id", new Document("$in", ofType.stream().map(Erasure::id).toList()));
        for (Document mirror :
                generation.mirrors(type).find(mirrors).projection(new Document("_id", 1).append("deleted", 1))) {
            deleted.put(mirror.getString("_id"), Boolean.TRUE.equals(mirror.get("deleted")));
        }
        return ofType.stream()
                .filter(erasure -> !deleted.getOrDefault(erasure.id(), erasure.old()))
                .map(Erasure::id)
                .collect(Collectors.toSet());
    }
}
