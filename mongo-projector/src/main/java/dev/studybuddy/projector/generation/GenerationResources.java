package dev.studybuddy.projector.generation;

import com.mongodb.client.MongoDatabase;
import dev.studybuddy.projector.kafka.TopicInspector;
import dev.studybuddy.readmodel.GenerationNumbers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListGroupsOptions;

/** This class finds the collections and consumer groups of generations by the numbers in their names. */
final class GenerationResources {

    private GenerationResources() {}

    /** Returns the numbers of the generations that have collections of a read model, by collection name. */
    static Map<String, Integer> findCollections(MongoDatabase database, String model) {
        return GenerationNumbers.findCollections(model, database.listCollectionNames());
    }

    /** Returns the numbers of the generations that have consumer groups of a read model, by group name. */
    static Map<String, Integer> findGroups(Admin admin, String groupPrefix, String model) {
        return GenerationNumbers.findGroups(groupPrefix, model, listGroups(admin));
    }

    /** Returns the highest number of a collection or consumer group of a read model, or 0 if it has none. */
    static int findHighestNumber(MongoDatabase database, Admin admin, String groupPrefix, String model) {
        return GenerationNumbers.findHighest(groupPrefix, model, database.listCollectionNames(), listGroups(admin));
    }

    private static List<String> listGroups(Admin admin) {
        List<String> names = new ArrayList<>();
        for (GroupListing group :
                TopicInspector.await(admin.listGroups(new ListGroupsOptions()).valid())) {
            names.add(group.groupId());
        }
        return names;
    }
}
