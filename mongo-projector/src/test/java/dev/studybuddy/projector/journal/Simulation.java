package dev.studybuddy.projector.journal;

import dev.studybuddy.contract.AggregateState;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.projector.Traffic;
import dev.studybuddy.projector.readmodel.LineLostException;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Names;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bson.Document;

/**
 * Several instances, each believing that it has every partition, over one faulty store. Between any two operations of one
 * the next may do whole batches, and so on; any may be thrown away and begin anew.
 */
final class Simulation {

    private static final int INSTANCES = 3;
    private static final int STEPS = 60;

    private final Random random;
    private final List<Place> places = new ArrayList<>();
    private final Map<Place, History> histories = new HashMap<>();
    private final List<Map<Place, PartitionJournal>> instances = new ArrayList<>();
    private final FaultyMongo mongo;
    private int busy;

    Simulation(ReadModel model, long seed, int aggregates, int records, Mutant mutant) {
        random = new Random(seed);
        mongo = new FaultyMongo(random, mutant, this::sometimesTheNext);
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
        for (int i = 0; i < INSTANCES; i++) {
            instances.add(new HashMap<>());
        }
    }

    /** Runs it to the end, and says what is wrong then; empty where all is exact. */
    String run() {
        for (int i = 0; i < STEPS; i++) {
            step(0);
        }
        mongo.heal();
        instances.getFirst().clear();
        for (Place place : places) {
            PartitionJournal journal = journal(0, place);
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

    private void sometimesTheNext() {
        if (busy < INSTANCES - 1 && random.nextInt(6) == 0) {
            busy++;
            try {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    step(busy);
                }
            } finally {
                busy--;
            }
        }
    }

    private void step(int instance) {
        Place place = places.get(random.nextInt(places.size()));
        if (random.nextInt(20) == 0) {
            instances.get(instance).remove(place);
        }
        PartitionJournal journal = journal(instance, place);
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

    private PartitionJournal journal(int instance, Place place) {
        return instances
                .get(instance)
                .computeIfAbsent(place, one -> new PartitionJournal(one, mongo, (line, dead) -> {}, Clock.systemUTC()));
    }

    private String difference() {
        List<AggregateState> states = new ArrayList<>();
        for (Place place : places) {
            for (Map.Entry<String, Entry.Event> last :
                    histories.get(place).last().entrySet()) {
                Entry.Event event = last.getValue();
                states.add(event.state());
                Document mirror = mongo.collection(place.mirrors()).get(last.getKey());
                if (mirror == null
                        || mirror.get("version", Number.class).longValue()
                                != event.state().version()
                        || mirror.get("offset", Number.class).longValue() != event.offset()) {
                    return "mirror " + mirror + " where " + event + " is expected";
                }
            }
        }
        var wanted = Traffic.totals(states);
        var shown = Traffic.shown(mongo.collection(places.getFirst().model().rollups() + Names.suffix(1))
                .values());
        for (String id : wanted.keySet()) {
            if (!wanted.get(id).equals(shown.get(id))) {
                return "rollup " + id + ": " + shown.get(id) + " where " + wanted.get(id) + " is expected";
            }
        }
        return wanted.keySet().equals(shown.keySet()) ? "" : "rollups " + shown.keySet();
    }
}
