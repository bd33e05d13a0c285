package dev.studybuddy.api.outbox;

import dev.studybuddy.outbox.OutboxPauses;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/**
 * Pauses and resumes the publishing of types. The publishers read the table {@code outbox_pause} about once a second.
 * They keep the rows of a paused type in the outbox without counting an attempt.
 */
@Repository
public final class PublishingPauses {

    /** This name stands for all types in REST. */
    public static final String ALL_TYPES = "all";

    private static final String FIND =
            "SELECT aggregate_type, paused_at, paused_by, reason FROM outbox_pause ORDER BY aggregate_type LIMIT 1000";

    private static final String PAUSE = """
            INSERT INTO outbox_pause (aggregate_type, paused_by, reason) VALUES (?, ?, ?)
            ON CONFLICT (aggregate_type) DO NOTHING""";

    private static final String RESUME = "DELETE FROM outbox_pause WHERE aggregate_type = ?";

    private final JdbcClient jdbc;

    PublishingPauses(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * This record describes a paused type.
     *
     * @param type the code of the type, or {@link OutboxPauses#ALL} for all types
     * @param at the time at which the pause began
     * @param by the id of the operator
     */
    public record PausedType(String type, Instant at, String by, String reason) {

        /** Returns the name of the type in REST: its code, or {@code all}. */
        public String name() {
            return type.equals(OutboxPauses.ALL) ? ALL_TYPES : type;
        }

        /** Returns whether this pause includes a type. */
        public boolean includes(String otherType) {
            return type.equals(OutboxPauses.ALL) || type.equals(otherType);
        }
    }

    /** Returns the first 1 000 paused types in the order of their codes. The publisher logs a warning about more. */
    public List<PausedType> findAll() {
        return jdbc.sql(FIND)
                .query((row, number) -> new PausedType(
                        row.getString("aggregate_type"),
                        row.getTimestamp("paused_at").toInstant(),
                        row.getString("paused_by"),
                        row.getString("reason")))
                .list();
    }

    /** Pauses a type. Returns false if it was paused before; its earlier pause stays as it is. */
    public boolean pause(String type, String by, String reason) {
        return jdbc.sql(PAUSE).params(type, by, reason).update() == 1;
    }

    /** Resumes a type. Returns false if it was not paused. */
    public boolean resume(String type) {
        return jdbc.sql(RESUME).param(type).update() == 1;
    }
}
