package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.readmodel.Line;
import dev.studybuddy.projector.readmodel.LineLostException;
import dev.studybuddy.projector.readmodel.Lines;
import dev.studybuddy.projector.readmodel.Refusal;
import dev.studybuddy.projector.readmodel.Write;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.jspecify.annotations.Nullable;

/**
 * MongoDB in memory, with every fault that the protocol must stand: lost before or after a write, half a bulk in any order,
 * the other half late, first-insert races, a fall-back to an earlier state; and before any operation, and within
 * a bulk, somebody else's turn.
 */
final class FaultyMongo implements Lines {

    private final Random random;
    private final Mutant mutant;
    private final Runnable between;
    private final Deque<Runnable> late = new ArrayDeque<>();
    private Map<String, Map<String, Document>> data = new HashMap<>();
    private Map<String, Map<String, Document>> saved = new HashMap<>();
    private boolean faulty = true;
    private int era;

    FaultyMongo(Random random, Mutant mutant, Runnable between) {
        this.random = random;
        this.mutant = mutant;
        this.between = between;
    }

    void insert(String collection, Document document) {
        collection(collection).put(document.getString("_id"), document);
        saved = copy(data);
    }

    Map<String, Document> collection(String name) {
        return data.computeIfAbsent(name, any -> new HashMap<>());
    }

    /** From here on all goes well; what is late arrives first. */
    void heal() {
        while (!late.isEmpty()) {
            late.poll().run();
        }
        faulty = false;
    }

    @Override
    public Line open() {
        return new OneLine(era);
    }

    private static Map<String, Map<String, Document>> copy(Map<String, Map<String, Document>> data) {
        Map<String, Map<String, Document>> copy = new HashMap<>();
        data.forEach((name, documents) -> {
            Map<String, Document> inner = new HashMap<>();
            documents.forEach((id, document) -> inner.put(id, copy(document)));
            copy.put(name, inner);
        });
        return copy;
    }

    /** A copy that shares nothing that can change. */
    private static Document copy(Document document) {
        Document copy = new Document();
        document.forEach((name, value) -> copy.put(name, copied(value)));
        return copy;
    }

    private static @Nullable Object copied(@Nullable Object value) {
        if (value instanceof Document inner) {
            return copy(inner);
        }
        if (value instanceof RawBsonDocument encoded) {
            return Stored.of(encoded);
        }
        return value instanceof List<?> list
                ? list.stream().map(FaultyMongo::copied).collect(Collectors.toList())
                : value;
    }

    private void fallBackOrSave() {
        int dice = random.nextInt(200);
        if (dice < 4) {
            saved = copy(data);
        } else if (dice == 4) {
            data = copy(saved);
            late.clear();
            era++;
        } else if (dice < 30 && !late.isEmpty()) {
            late.poll().run();
        }
    }

    private final class OneLine implements Line {

        private final int bornIn;
        private final Map<String, List<? extends Write>> heldBack = new HashMap<>();
        private final Set<String> raced = new HashSet<>();

        OneLine(int bornIn) {
            this.bornIn = bornIn;
        }

        @Override
        public List<Document> find(String collection, Collection<String> ids) {
            enter();
            List<Document> found = new ArrayList<>();
            for (String id : ids) {
                Document one = collection(collection).get(id);
                if (one != null) {
                    found.add(copy(one));
                }
            }
            return found;
        }

        @Override
        public boolean replace(String collection, Document filter, Document replacement) {
            enter();
            Document checked = new Document(filter);
            if (mutant == Mutant.NO_JOURNAL_COMPARE_AND_SET) {
                checked.remove("hi");
            }
            Document kept = copy(replacement);
            if (mutant == Mutant.COMMIT_FIRST) {
                kept.put("done", kept.get("hi"));
            }
            String id = filter.getString("_id");
            if (lost()) {
                sometimes(() -> put(collection, id, checked, kept));
                throw gone();
            }
            return put(collection, id, checked, kept);
        }

        @Override
        public List<Refusal> write(String collection, List<? extends Write> writes) {
            if (mutant == Mutant.MIRRORS_BEFORE_ROLLUPS && collection.startsWith("study_totals")) {
                heldBack.put(collection, writes);
                return List.of();
            }
            List<Refusal> refused = bulk(collection, writes);
            List<String> before = List.copyOf(heldBack.keySet());
            before.forEach(name -> bulk(name, heldBack.remove(name)));
            return refused;
        }

        private List<Refusal> bulk(String collection, List<? extends Write> writes) {
            enter();
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < writes.size(); i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            boolean lost = lost();
            int applied = lost ? random.nextInt(writes.size() + 1) : writes.size();
            List<Refusal> refused = new ArrayList<>();
            for (int index : order.subList(0, applied)) {
                othersTurn();
                if (race(collection, writes.get(index)) || !apply(collection, writes.get(index))) {
                    refused.add(new Refusal(index, 11000, "duplicate key"));
                }
            }
            if (lost) {
                order.subList(applied, order.size())
                        .forEach(index -> sometimesLate(() -> apply(collection, writes.get(index))));
                throw gone();
            }
            return mutant == Mutant.FIRST_DUPLICATE_READ_AS_ALREADY_IN ? List.of() : refused;
        }

        /** Somebody else's insert came between this one's look and its own insert: a duplicate, whatever the guard says. */
        private boolean race(String collection, Write write) {
            String id = collection + write.filter().getString("_id");
            // Without a guard a duplicate has no other meaning than that it is there.
            boolean guarded = write.filter().size() > 1;
            return guarded && faulty && random.nextInt(40) == 0 && raced.add(id);
        }

        @Override
        public void close() {}

        private void enter() {
            if (faulty) {
                fallBackOrSave();
            }
            othersTurn();
        }

        private void othersTurn() {
            if (faulty) {
                between.run();
            }
            if (bornIn != era && mutant != Mutant.BATCH_GOES_ON_AFTER_FALL_BACK) {
                throw gone();
            }
        }
    }

    private boolean put(String collection, String id, Document filter, Document replacement) {
        Document there = collection(collection).get(id);
        boolean matched = there != null && Guards.matches(filter, there);
        if (matched) {
            collection(collection).put(id, replacement);
        }
        return matched;
    }

    private boolean apply(String collection, Write write) {
        Map<String, Document> documents = collection(collection);
        Document filter = mutated(write.filter());
        String id = filter.getString("_id");
        Document there = documents.get(id);
        if (there != null && !Guards.matches(filter, there)) {
            return false;
        }
        switch (write) {
            case Write.Replace replace -> documents.put(id, Stored.of(replace.replacement()));
            case Write.Update update -> {
                Document changed = there == null ? new Document("_id", id) : there;
                Guards.update(changed, copy(update.update()), there == null);
                documents.put(id, changed);
            }
        }
        Document now = documents.get(id);
        if ((mutant == Mutant.TOMBSTONES_PURGED && now.getBoolean("deleted", false))
                || (mutant == Mutant.ZERO_ROLLUPS_DELETED
                        && now.containsKey("points")
                        && now.get("points", Number.class).longValue() == 0)) {
            documents.remove(id);
        }
        return true;
    }

    private Document mutated(Document filter) {
        Document changed = new Document(filter);
        switch (mutant) {
            case NO_GUARD_ON_WATERMARK -> changed.keySet().removeIf(name -> name.startsWith("w."));
            case WATERMARK_GUARD_LETS_EQUAL_PASS ->
                changed.replaceAll((name, guard) -> {
                    if (!name.startsWith("w.")) {
                        return guard;
                    }
                    Object hi = ((Document) guard).get("$not", Document.class).get("$gte");
                    return new Document("$not", new Document("$gt", hi));
                });
            case MIRROR_WITHOUT_GUARD -> changed.remove("$or");
            case MIRROR_GUARD_WITHOUT_OFFSET ->
                changed.computeIfPresent("$or", (name, either) -> List.of(((List<?>) either).getFirst()));
            case MIRROR_GUARD_LETS_EQUAL_VERSION_PASS ->
                changed.computeIfPresent("$or", (name, either) -> {
                    Object version = ((Document) ((List<?>) either).getFirst())
                            .get("version", Document.class)
                            .get("$lt");
                    return List.of(new Document("version", new Document("$lte", version)));
                });
            default -> {}
        }
        return changed;
    }

    private boolean lost() {
        return faulty && random.nextInt(12) == 0;
    }

    private void sometimes(Runnable effect) {
        if (random.nextBoolean()) {
            effect.run();
        } else {
            sometimesLate(effect);
        }
    }

    private void sometimesLate(Runnable effect) {
        if (random.nextBoolean()) {
            late.add(effect);
        }
    }

    private static LineLostException gone() {
        return new LineLostException(LineLostException.Cause.OUTAGE, "lost", new IllegalStateException());
    }
}
