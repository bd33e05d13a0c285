package dev.studybuddy.api.cockroach;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class SqlFaultTest {

    @ParameterizedTest
    @CsvSource({
        "40001, CONTENTION",
        "40P01, CONTENTION",
        "40003, OUTCOME_UNKNOWN",
        "55P03, LOCKED",
        "23505, DUPLICATE",
        "57014, UNAVAILABLE",
        "08006, UNAVAILABLE",
        "53300, UNAVAILABLE",
        "53100, UNAVAILABLE",
        "57P01, UNAVAILABLE",
        "25P04, UNAVAILABLE",
        "25006, UNAVAILABLE",
        "23514, OTHER",
        "42P01, OTHER",
    })
    void theSqlStateDeterminesTheFault(String state, SqlFault expected) {
        Throwable thrown = new TransactionSystemException("commit", new SQLException("x", state));
        assertThat(SqlFault.of(thrown)).isEqualTo(expected);
    }

    @Test
    void theInnermostSqlStateDeterminesTheFault() {
        SQLException outer = new SQLException("outer", "08006");
        outer.initCause(new SQLException("inner", "40001"));
        assertThat(SqlFault.of(new IllegalStateException(outer))).isEqualTo(SqlFault.CONTENTION);
    }

    @Test
    void aMissingConnectionIsAnOutageAndABugIsNot() {
        assertThat(SqlFault.of(new CannotCreateTransactionException("no connection")))
                .isEqualTo(SqlFault.UNAVAILABLE);
        assertThat(SqlFault.of(new SQLException("timeout"))).isEqualTo(SqlFault.UNAVAILABLE);
        assertThat(SqlFault.of(new IllegalStateException("bug"))).isEqualTo(SqlFault.OTHER);
    }
}
