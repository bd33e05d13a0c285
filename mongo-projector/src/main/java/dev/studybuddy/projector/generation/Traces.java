package dev.studybuddy.projector.generation;

import com.mongodb.client.MongoDatabase;
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

/** What generations leave behind: collections and groups with their number. */
final class Traces {

    private static final Pattern NUMBERED = Pattern.compile("(.+)_g(\\d{1,9})");

    private Traces() {}

    /** The collections of a read model's generations, by name, with their numbers. */
    static Map<String, Integer> collections(MongoDatabase database, ReadModel model) {
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

    /** The groups of a read model's generations, by name, with their numbers. */
    static Map<String, Integer> groups(Admin admin, String groupPrefix, ReadModel model) {
        String prefix = groupPrefix + model.name() + "-g";
        Map<String, Integer> found = new HashMap<>();
        for (GroupListing group :
                Topics.wait(admin.listGroups(new ListGroupsOptions()).valid())) {
            String name = group.groupId();
            if (name.startsWith(prefix)) {
                number(name.substring(prefix.length())).ifPresent(number -> found.put(name, number));
            }
        }
        return found;
    }

    /** The highest number that anything bears, 0 where nothing does: a restored backup may hold an old record. */
    static int highest(MongoDatabase database, Admin admin, String groupPrefix, ReadModel model) {
        int highest = 0;
        for (int number : collections(database, model).values()) {
            highest = Math.max(highest, number);
        }
        for (int number : groups(admin, groupPrefix, model).values()) {
            highest = Math.max(highest, number);
        }
        return highest;
    }

    private static OptionalInt number(String digits) {
        return digits.matches("\\d{1,9}") ? OptionalInt.of(Integer.parseInt(digits)) : OptionalInt.empty();
    }
}
