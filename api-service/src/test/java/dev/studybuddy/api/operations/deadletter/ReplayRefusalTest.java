package dev.studybuddy.api.operations.deadletter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.ProblemException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ReplayRefusalTest {

    @Test
    void aRecordThatKafkaNeverAcceptsIsRefusedWithItsReason() {
        String refusal = ReplayRefusal.of(
                new KafkaException("not sent", new RecordTooLargeException("The record has 2 000 000 bytes.")));
        assertThat(refusal).isEqualTo("RecordTooLargeException: The record has 2 000 000 bytes.");

        Problem problem = catchThrowableOfType(ProblemException.class, () -> {
                    throw DeadLetterProblems.rejected(String.valueOf(refusal));
                })
                .problem();
        assertThat(problem.slug()).isEqualTo("dead-letter-rejected");
        assertThat(problem.status().value()).isEqualTo(409);
        assertThat(problem.detail())
                .startsWith("With the present limits, Kafka or its client refuses this record")
                .contains(String.valueOf(refusal))
                .contains("Change the limit that the reason names and repeat the replay");
    }

    @Test
    void anOutageIsNoRefusal() {
        assertThat(ReplayRefusal.of(new KafkaException("not sent", new TimeoutException("no answer"))))
                .isNull();
        assertThat(ReplayRefusal.of(new KafkaException("not sent", new NotLeaderOrFollowerException("moved"))))
                .isNull();
        assertThat(ReplayRefusal.of(new KafkaException("not sent", new IllegalStateException("closed"))))
                .isNull();
        assertThat(ReplayRefusal.of(new KafkaException("not sent"))).isNull();
    }
}
