package dev.studybuddy.readmodel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class SubjectKeysTest {

    @Test
    void everySubjectHasAUniqueReversibleFieldName() {
        List<String> subjects = List.of("", "Math", "C.", "$x", "100%", "%", "%25", "%2E", "a.b$c%d", "ÅÄÖ");

        assertThat(subjects)
                .allSatisfy(subject -> assertThat(SubjectKeys.unescape(SubjectKeys.escape(subject)))
                        .isEqualTo(subject));
        assertThat(subjects.stream().map(SubjectKeys::escape)).doesNotHaveDuplicates();
        assertThat(subjects.stream().map(SubjectKeys::escape))
                .noneMatch(key -> key.isEmpty() || key.matches(".*[.$].*"));
    }
}
