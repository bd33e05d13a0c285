package dev.studybuddy.api.http;

import java.util.HashSet;
import java.util.List;
import java.util.UUID;

/** Reads the ids of a request that concerns several items. */
public final class ItemIds {

    private static final TextRule ID = TextRule.matching(
            36,
            "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",
            "must be a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301");

    private ItemIds() {}

    /**
     * Returns the valid ids in the field {@code ids}. The body records a fault if the number of ids is invalid, if an
     * id is invalid, or if two ids are equal without regard to case.
     *
     * @param most the largest valid number of ids
     */
    public static List<UUID> read(JsonBody body, int most) {
        List<String> texts = body.texts("ids", 1, most, ID);
        List<UUID> ids = texts.stream()
                .filter(id -> ID.violation(id) == null)
                .map(UUID::fromString)
                .toList();
        // The body has already compared the texts, but two texts that differ only in case are the same id.
        boolean differentTexts = new HashSet<>(texts).size() == texts.size();
        if (differentTexts && new HashSet<>(ids).size() < ids.size()) {
            body.fault("ids", "must not contain an element twice");
        }
        return ids;
    }
}
