package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A bare marker does only the work of PostgreSQL: it reads a page, marks it, and then reads the next one. */
final class BareMark implements LimitProgram.Timed {

    private final Environment environment;
    private final PendingPages pages;
    private final BulkMark mark;

    BareMark(Environment environment) throws SQLException {
        this.environment = environment;
        Connection connection = environment.connect();
        this.pages = new PendingPages(connection);
        this.mark = new BulkMark(connection);
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
