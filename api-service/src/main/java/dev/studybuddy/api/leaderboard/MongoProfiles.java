package dev.studybuddy.api.leaderboard;

import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.contract.AggregateType;
import dev.studybuddy.contract.TimeZones;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bson.Document;

/** Reads users' profiles from their mirrors and leaves out absent and deleted users. */
final class MongoProfiles {

    private MongoProfiles() {}

    static Map<String, Profile> read(ReadGeneration generation, Collection<String> ids) {
        Map<String, Profile> found = new HashMap<>();
        Document filter = new Document("_id", new Document("$in", List.copyOf(ids)));
        for (Document mirror : generation.mirrors(AggregateType.USER).find(filter)) {
            if (!mirror.getBoolean("deleted", false)) {
                String id = mirror.getString("_id");
                found.put(
                        id,
                        new Profile(
                                id,
                                mirror.getString("username"),
                                mirror.getString("name"),
                                mirror.getString("avatar"),
                                TimeZones.findOrUtc(mirror.getString("timeZone")),
                                mirror.getBoolean("showProfile", true)));
            }
        }
        return found;
    }
}
