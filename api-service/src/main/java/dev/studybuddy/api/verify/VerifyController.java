package dev.studybuddy.api.verify;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.Audit;
import dev.studybuddy.api.idempotency.Post;
import dev.studybuddy.api.jobs.JobAnswers;
import dev.studybuddy.api.jobs.Jobs;
import dev.studybuddy.api.web.Fields;
import dev.studybuddy.api.web.OptionalBody;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.node.ObjectNode;

@RestController
final class VerifyController {

    private final Jobs jobs;
    private final JobAnswers answers;
    private final Audit audit;

    VerifyController(Jobs jobs, JobAnswers answers, Audit audit) {
        this.jobs = jobs;
        this.answers = answers;
        this.audit = audit;
    }

    @Operation(summary = "Compares both databases whole, in a job; {\"repair\": true} puts right what events can")
    @PostMapping("/api/admin/verify")
    ResponseEntity<byte[]> start(Caller caller, HttpServletRequest request, Post post) {
        Fields fields = OptionalBody.of(request);
        boolean repair = fields.bool("repair", false);
        fields.finish();
        return post.inTransaction(() -> {
            UUID job = jobs.submit(Verify.KIND, "", Map.of("repair", repair));
            audit.note(caller, "verify.start", job.toString(), Map.of("repair", repair));
            return JobAnswers.accepted("/api/admin/verify/", job);
        });
    }

    @Operation(summary = "A verify, how far it is and what it found")
    @GetMapping("/api/admin/verify/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return answers.of(id, Verify.KIND);
    }
}
