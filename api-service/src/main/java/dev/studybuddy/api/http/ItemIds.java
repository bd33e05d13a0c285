package dev.studybuddy.api.http;

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
     * Returns the ids in the field {@code ids}, without duplicates. The body records a fault for each id that is invalid.
     *
     * @param most the largest valid number of ids
     */
    public static List<UUID> read(JsonBody body, int most) {
        return body.texts("ids", 1, most, ID).stream()
                .filter(id -> ID.violation(id) == null)
                .map(UUID::fromString)
                .toList();
    }
}
