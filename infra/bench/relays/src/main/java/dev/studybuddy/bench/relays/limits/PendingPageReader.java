package dev.studybuddy.bench.relays.limits;

import dev.studybuddy.outbox.Shards;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Reads the pending rows of all shards page by page. Each page is one query, which uses the index of pending rows. */
final class PendingPageReader implements AutoCloseable {

    private static final int PAGE_SIZE_PER_SHARD = 64;
    private static final int OVERLAP_SECONDS = 2;
    private static final UUID FIRST_ID = new UUID(0, 0);

    private static final String BRANCH = """
            (SELECT shard, aggregate_id, aggregate_version, id, created_at, payload::text FROM outbox
             WHERE shard = {shard} AND processed = false AND (created_at, id) > (?, ?) ORDER BY created_at, id LIMIT {limit})""";

    private static final String SQL = IntStream.range(0, Shards.COUNT)
            .mapToObj(shard -> BRANCH.replace("{shard}", Integer.toString(shard))
                    .replace("{limit}", Integer.toString(PAGE_SIZE_PER_SHARD)))
            .collect(Collectors.joining("\nUNION ALL\n"));

    private static final int SHARD = 1;
    private static final int AGGREGATE_ID = 2;
    private static final int VERSION = 3;
    private static final int ID = 4;
    private static final int CREATED_AT = 5;
    private static final int PAYLOAD = 6;

    private final PreparedStatement statement;
    private final OffsetDateTime[] afterTime = new OffsetDateTime[Shards.COUNT];
    private final UUID[] afterId = new UUID[Shards.COUNT];
    private final int[] foundRows = new int[Shards.COUNT];

    PendingPageReader(Connection connection) throws SQLException {
        statement = connection.prepareStatement(SQL);
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            afterTime[shard] = OffsetDateTime.of(2000, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
            afterId[shard] = FIRST_ID;
        }
    }

    /**
     * Returns the next page. At the end of a shard, the next page starts 2 s earlier, because transactions may commit
     * out of order.
     */
    List<Row> next() throws SQLException {
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            statement.setObject(2 * shard + 1, afterTime[shard]);
            statement.setObject(2 * shard + 2, afterId[shard]);
            foundRows[shard] = 0;
        }
        List<Row> page = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                Row row = new Row(
                        rows.getInt(SHARD),
                        rows.getString(AGGREGATE_ID),
                        rows.getLong(VERSION),
                        rows.getObject(ID, UUID.class),
                        rows.getObject(CREATED_AT, OffsetDateTime.class),
                        rows.getString(PAYLOAD));
                page.add(row);
                foundRows[row.shard()]++;
                afterTime[row.shard()] = row.createdAt();
                afterId[row.shard()] = row.id();
            }
        }
        for (int shard = 0; shard < Shards.COUNT; shard++) {
            if (foundRows[shard] > 0 && foundRows[shard] < PAGE_SIZE_PER_SHARD) {
                afterTime[shard] = afterTime[shard].minusSeconds(OVERLAP_SECONDS);
                afterId[shard] = FIRST_ID;
            }
        }
        return page;
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
