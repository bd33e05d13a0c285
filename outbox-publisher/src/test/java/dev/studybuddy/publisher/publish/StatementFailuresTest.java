package dev.studybuddy.publisher.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;

class StatementFailuresTest {

    /** The codes report a value that is not JSON, too little memory, a lock timeout and a cancelled query. */
    @ParameterizedTest
    @ValueSource(strings = {"22P02", "53200", "55P03", "57014"})
    void anErrorOfTheStatementConcernsTheStatement(String state) {
        assertThat(concernsStatement(state)).isTrue();
    }

    /** The classes concern the connection, the transaction and the server. */
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "08006", "25006", "40001", "53300", "57P01", "57P03", "57P05"})
    void anErrorOfTheServerOrTheTransactionDoesNotConcernTheStatement(String state) {
        assertThat(concernsStatement(state)).isFalse();
    }

    @Test
    void aTimeoutConcernsTheStatementAndAFullPoolDoesNot() {
        assertThat(StatementFailures.concernsStatement(new QueryTimeoutException("the statement took too long")))
                .isTrue();
        assertThat(StatementFailures.concernsStatement(
                        new CannotGetJdbcConnectionException("the pool is full", new SQLException("full", "22P02"))))
                .isFalse();
    }

    private static boolean concernsStatement(String state) {
        return StatementFailures.concernsStatement(
                new TransientDataAccessResourceException("failed", new SQLException("failed", state)));
    }
}
