package dev.studybuddy.api.cockroach;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

@Configuration(proxyBeanMethods = false)
class CockroachConfiguration {

    /**
     * Creates the client for the statements on the pool of the writes. It retries each statement outside a transaction.
     */
    @Bean
    JdbcClient jdbcClient(JdbcTemplate statements, ConflictRetries retries) {
        return JdbcClient.create(RetryingStatements.of(statements, retries));
    }

    /**
     * Wraps the connection pool in a {@link DeadlineDataSource}. The method is static, so that Spring creates the
     * processor before the pool.
     */
    @Bean
    static BeanPostProcessor deadlinePostProcessor() {
        return new DeadlinePostProcessor();
    }

    /** Exports the number of threads that wait for a connection of the pool of the writes. */
    @Bean
    MeterBinder waitingThreads(DataSource writes) throws SQLException {
        DeadlineDataSource connections = writes.unwrap(DeadlineDataSource.class);
        return meters -> Gauge.builder("api_connections_waiting", connections, DeadlineDataSource::waitingThreads)
                .tag("pool", "sql")
                .description("Threads that wait for a connection because others use all connections of the pool")
                .register(meters);
    }

    private static final class DeadlinePostProcessor implements BeanPostProcessor {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            return bean instanceof HikariDataSource pool ? new DeadlineDataSource(pool) : bean;
        }
    }
}
