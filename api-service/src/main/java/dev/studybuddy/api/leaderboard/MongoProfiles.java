package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import java.time.ZoneId;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Users' profiles from their mirrors; absent and deleted ones are left out. */
final class MongoProfiles {

    private MongoProfiles() {}

    static Map<String, Profile> of(ReadGeneration generation, Collection<String> ids) {
        Map<String, Profile> found = new HashMap<>();
        Document wanted = new Document("_id", new Document("$in", List.copyOf(ids)));
        for (Document mirror : generation.mirrors(AggregateType.USER).find(wanted)) {
            if (!mirror.getBoolean("deleted", false)) {
                String id = mirror.getString("_id");
                found.put(
                        id,
                        new Profile(
                                id,
                                mirror.getString("username"),
                                mirror.getString("name"),
                                mirror.getString("avatar"),
                                ZoneId.of(mirror.getString("timeZone")),
                                mirror.getBoolean("showProfile", true)));
            }
        }
        return found;
    }
}
