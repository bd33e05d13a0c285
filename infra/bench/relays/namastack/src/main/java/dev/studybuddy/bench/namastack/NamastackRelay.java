package dev.studybuddy.bench.namastack;

import io.namastack.outbox.Outbox;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Runs namastack-outbox. The first event is a test event that the library itself writes, so that the benchmark can copy
 * the columns of its row.
 */
@SpringBootApplication
public class NamastackRelay {

    public static void main(String[] arguments) {
        SpringApplication.run(NamastackRelay.class, arguments);
    }

    @Bean
    ApplicationRunner testEvent(Outbox outbox, TransactionTemplate transaction) {
        return arguments -> transaction.executeWithoutResult(
                status -> outbox.schedule(new BenchmarkEvent(0, 0, "test", 1, "benchmark", "mathematics", ""), "test"));
    }
}
