package dev.studybuddy.projector.generation;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.projector.readmodel.ReadModel;
import dev.studybuddy.readmodel.Names;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;

/** This class finds the collections and consumer groups of generations by the numbers in their names. */
final class GenerationLeftovers {

    private static final Pattern NUMBERED = Pattern.compile("(.+)_g(\\d{1,9})");

    private GenerationLeftovers() {}

    /** Returns the numbers of the generations that have collections of a read model, by collection name. */
    static Map<String, Integer> findCollections(MongoDatabase database, ReadModel model) {
        Set<String> bases = new HashSet<>();
        model.reads().forEach(type -> bases.add(model.mirrors(type)));
        bases.add(model.rollups());
        bases.add(Names.journals(model.name()));
        Map<String, Integer> found = new HashMap<>();
        for (String name : database.listCollectionNames()) {
            Matcher numbered = NUMBERED.matcher(name);
            if (numbered.matches() && bases.contains(numbered.group(1))) {
                found.put(name, Integer.valueOf(numbered.group(2)));
            }
        }
        return found;
    }

    /** Returns the numbers of the generations that have consumer groups of a read model, by group name. */
    static Map<String, Integer> findGroups(Admin admin, String groupPrefix, ReadModel model) {
        String prefix = groupPrefix + model.name() + "-g";
        Map<String, Integer> found = new HashMap<>();
        for (GroupListing group :
                TopicInspector.await(admin.listGroups(new ListGroupsOptions()).valid())) {
            String name = group.groupId();
            if (name.startsWith(prefix)) {
                parseNumber(name.substring(prefix.length())).ifPresent(number -> found.put(name, number));
            }
        }
        return found;
    }

    /**
     * Returns the highest number of a collection or consumer group of a read model, or 0 if it has none. The generation
     * record does not suffice, because a restored backup may contain an old record.
     */
    static int findHighestNumber(MongoDatabase database, Admin admin, String groupPrefix, ReadModel model) {
        int highest = 0;
        for (int number : findCollections(database, model).values()) {
            highest = Math.max(highest, number);
        }
        for (int number : findGroups(admin, groupPrefix, model).values()) {
            highest = Math.max(highest, number);
        }
        return highest;
    }

    private static OptionalInt parseNumber(String digits) {
        return digits.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}
