package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A bare marker uses PostgreSQL alone: it reads a page of rows, marks it, and then reads the next one. */
final class BareMarker implements LimitProgram.TimedLimit {

    private final Environment environment;
    private final PendingPageReader pages;
    private final BulkMarker mark;

    BareMarker(Environment environment) throws SQLException {
        this.environment = environment;
        Connection connection = environment.connect();
        this.pages = new PendingPageReader(connection);
        this.mark = new BulkMarker(connection);
    }

    @Override
    public void warmUp() throws SQLException {
        drain(environment.warmUp());
    }

    @Override
    public long run() throws SQLException {
        return drain(Integer.MAX_VALUE);
    }

    private long drain(int maxEvents) throws SQLException {
        long done = 0;
        while (done < maxEvents) {
            List<Row> page = pages.next();
            if (page.isEmpty()) {
                return done;
            }
            mark.mark(page);
            done += page.size();
        }
        return done;
    }
}
