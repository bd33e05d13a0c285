package dev.studybuddy.bench.relays.limits;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Only PostgreSQL's half: read a page, mark it, one after the other. */
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
    public void warm() throws SQLException {
        drain(environment.warmUp());
    }

    @Override
    public long run() throws SQLException {
        return drain(Integer.MAX_VALUE);
    }

    private long drain(int most) throws SQLException {
        long done = 0;
        while (done < most) {
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
