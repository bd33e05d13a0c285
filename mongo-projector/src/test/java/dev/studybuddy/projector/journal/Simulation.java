package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.Traffic;
import dev.studybuddy.projector.readmodel.Line;
import dev.studybuddy.projector.readmodel.LineLostException;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.projector.readmodel.Write;
import dev.studybuddy.readmodel.Names;
import dev.studybuddy.readmodel.Sums;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/**
 * Several instances, each believing that it has every partition, over one faulty store, a step of one between any two of
 * another; any may be thrown away and begin anew.
 */
final class Simulation {

    private static final int INSTANCES = 3;
    private static final int STEPS = 25;
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T10:00:00Z"), ZoneOffset.UTC);

    private final ReadModel model;
    private final Random random;
    private final Mutant mutant;
    private final List<Place> places = new ArrayList<>();
    private final Map<Place, History> histories = new HashMap<>();
    private final Turns turns;
    private final FaultyMongo mongo;

    Simulation(ReadModel model, long seed, int aggregates, int records, Mutant mutant) {
        this.model = model;
        this.random = new Random(seed);
        this.mutant = mutant;
        this.turns = new Turns(random);
        this.mongo = new FaultyMongo(random, mutant, turns::pass);
        for (AggregateType type : List.of(AggregateType.TODO, AggregateType.SESSION)) {
            for (int partition = 0; partition < 2; partition++) {
                Place place = new Place(model, 1, type, partition);
                places.add(place);
                histories.put(
                        place,
                        new History(type, type.code() + partition, aggregates, random.nextInt(records) + 1, random));
                mongo.insert(place.journals(), Journal.born(place.journalId(), 0));
            }
        }
    }

    /** Runs it to the end, and says what is wrong then; empty where all is exact. */
    String run() {
        turns.run(Collections.nCopies(INSTANCES, this::instance));
        mongo.heal();
        for (Place place : places) {
            PartitionJournal journal = journal(place);
            long hi = journal.recover();
            while (hi < histories.get(place).end()) {
                List<Entry> rest = histories.get(place).from(hi);
                if (!journal.advance(rest.subList(0, Math.min(7, rest.size())))) {
                    return place + ": decided by nobody";
                }
                hi = journal.applied();
            }
            journal.settle();
        }
        return difference();
    }

    private void instance() {
        Map<Place, PartitionJournal> journals = new HashMap<>();
        for (int i = 0; i < STEPS; i++) {
            Place place = places.get(random.nextInt(places.size()));
            if (random.nextInt(20) == 0) {
                journals.remove(place);
            }
            step(place, journals.computeIfAbsent(place, this::journal));
        }
    }

    private void step(Place place, PartitionJournal journal) {
        try {
            if (journal.unknown()) {
                journal.recover();
            }
            List<Entry> rest = histories.get(place).from(journal.applied());
            if (rest.isEmpty() || random.nextInt(10) == 0) {
                journal.settle();
            } else {
                journal.advance(rest.subList(0, random.nextInt(Math.min(8, rest.size())) + 1));
            }
        } catch (LineLostException lost) {
            if (!journal.unknown()) {
                journal.close();
            }
        }
    }

    private PartitionJournal journal(Place place) {
        Planner planner = new Planner(place.model(), place.type(), CLOCK);
        return new PartitionJournal(place, mongo, Simulation::keep, FaultyPlanning.of(mutant, planner));
    }

    /** As the real box does, without its copies on a topic. */
    private static void keep(Line line, List<Document> dead) {
        List<Write> inserts = new ArrayList<>();
        for (Document letter : dead) {
            Document fields = new Document(letter);
            Document id = new Document("_id", fields.remove("_id"));
            inserts.add(new Write.Update(id, new Document("$setOnInsert", fields)));
        }
        line.write(Names.DEAD_LETTERS, inserts);
    }

    private String difference() {
        Sums sums = new Sums();
        Set<String> dead = new TreeSet<>();
        for (Place place : places) {
            dead.addAll(histories.get(place).dead());
            for (Entry.Event last : histories.get(place).last().values()) {
                model.contribute(sums, last.state(), 1);
                Document wanted =
                        mirror(Stored.of(Mirror.change(last, CLOCK.instant()).document()));
                Document mirror = mirror(
                        mongo.collection(place.mirrors()).get(last.state().id()));
                if (!wanted.equals(mirror)) {
                    return "mirror " + mirror + " where " + wanted + " is expected";
                }
            }
        }
        Map<String, Map<String, Long>> wanted = new TreeMap<>();
        sums.forEach((key, amounts) -> wanted.put(key.id(), amounts));
        Map<String, Map<String, Long>> shown = new TreeMap<>(Traffic.shown(
                mongo.collection(model.rollups() + Names.suffix(1)).values()));
        if (!wanted.equals(shown)) {
            return "rollups " + shown + " where " + wanted + " are expected";
        }
        Set<String> kept = new TreeSet<>(mongo.collection(Names.DEAD_LETTERS).keySet());
        return dead.equals(kept) ? "" : "dead letters " + kept + " where " + dead + " are expected";
    }

    private static Document mirror(@Nullable Document document) {
        return document == null ? new Document() : Document.parse(document.toJson());
    }
}
