package dev.studybuddy.api.operations.health;

import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.mongodb.autoconfigure.MongoClientSettingsBuilderCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * Counts, for each path, the connections that its requests take from the pool and the commands that they send to
 * MongoDB. A thread that a request starts counts for the path of that request. Background tasks count for no path, and
 * the connections of the fallback reads are not counted.
 */
final class RequestQueries implements CommandListener {

    private static final InheritableThreadLocal<@Nullable String> PATH = new InheritableThreadLocal<>();

    private final Map<String, Integer> connections = new ConcurrentHashMap<>();
    private final Map<String, Integer> commands = new ConcurrentHashMap<>();

    static class Injection {

        @Bean
        static RequestQueries requestQueries() {
            return new RequestQueries();
        }

        @Bean
        static FilterRegistrationBean<Filter> pathFilter() {
            Filter filter = (request, response, chain) -> {
                PATH.set(((HttpServletRequest) request).getRequestURI());
                try {
                    chain.doFilter(request, response);
                } finally {
                    PATH.remove();
                }
            };
            FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(filter);
            registration.setName("pathFilter");
            registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
            return registration;
        }

        @Bean
        static MongoClientSettingsBuilderCustomizer commandCounter(RequestQueries queries) {
            return settings -> settings.addCommandListener(queries);
        }

        /** The API wraps its pool in another data source, which this processor wraps again. */
        @Bean
        static BeanPostProcessor connectionCounter(ObjectProvider<RequestQueries> queries) {
            return new BeanPostProcessor() {
                @Override
                public Object postProcessAfterInitialization(Object bean, String name) {
                    return bean instanceof DelegatingDataSource pool
                            ? new CountedPool(pool, queries.getObject())
                            : bean;
                }
            };
        }
    }

    private static final class CountedPool extends DelegatingDataSource {
        private final RequestQueries queries;

        CountedPool(DataSource pool, RequestQueries queries) {
            super(pool);
            this.queries = queries;
        }

        @Override
        public Connection getConnection() throws SQLException {
            count(queries.connections);
            return super.getConnection();
        }
    }

    @Override
    public void commandStarted(CommandStartedEvent event) {
        count(commands);
    }

    private static void count(Map<String, Integer> counts) {
        String path = PATH.get();
        if (path != null) {
            counts.merge(path, 1, Integer::sum);
        }
    }

    /** Runs work as if a request for this path ran it. */
    void runAs(String path, Runnable work) {
        PATH.set(path);
        try {
            work.run();
        } finally {
            PATH.remove();
        }
    }

    int connections(String path) {
        return connections.getOrDefault(path, 0);
    }

    int commands(String path) {
        return commands.getOrDefault(path, 0);
    }

    void reset() {
        connections.clear();
        commands.clear();
    }
}
