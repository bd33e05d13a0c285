package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.mongo.DocumentFields;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TimeZones;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/**
 * Reads users' profiles from their mirrors and leaves out absent and deleted users. A person may have changed a mirror
 * by hand. A mirror without a name counts as absent. A profile is hidden if the field {@code showProfile} of its mirror
 * has another value than true, and shown if the mirror lacks this field.
 */
final class MongoProfiles {

    private MongoProfiles() {}

    static Map<String, Profile> read(ReadGeneration generation, Collection<String> ids) {
        Map<String, Profile> found = new HashMap<>();
        Document filter = new Document("_id", new Document("$in", List.copyOf(ids)));
        for (Document mirror : generation.mirrors(AggregateType.USER).find(filter)) {
            String id = DocumentFields.text(mirror, "_id");
            String name = DocumentFields.text(mirror, "name");
            if (id != null && name != null && Boolean.FALSE.equals(mirror.getOrDefault("deleted", false))) {
                found.put(
                        id,
                        new Profile(
                                id,
                                DocumentFields.text(mirror, "username"),
                                name,
                                DocumentFields.text(mirror, "avatar"),
                                TimeZones.findOrUtc(String.valueOf(mirror.get("timeZone"))),
                                Boolean.TRUE.equals(mirror.getOrDefault("showProfile", true))));
            }
        }
        return found;
    }
}
