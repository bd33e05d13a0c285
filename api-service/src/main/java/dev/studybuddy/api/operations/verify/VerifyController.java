package dev.studybuddy.api.operations.verify;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.idempotency.IdempotentPost;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.mongo.MongoDatabases;
import dev.studybuddy.api.operations.job.JobResponses;
import dev.studybuddy.readmodel.GenerationStore;
import dev.studybuddy.readmodel.Names;
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
    private final JobResponses answers;
    private final AdminAuditLog audit;
    private final GenerationStore store;

    VerifyController(Jobs jobs, JobResponses answers, AdminAuditLog audit, MongoDatabases databases) {
        this.jobs = jobs;
        this.answers = answers;
        this.audit = audit;
        this.store = new GenerationStore(databases.requests());
    }

    @Operation(
            summary =
                    "Compares CockroachDB with a read model in a job; {\"repair\": true} also repairs drift by events")
    @PostMapping("/api/admin/verify")
    ResponseEntity<byte[]> start(Caller caller, HttpServletRequest request, IdempotentPost post) {
        JsonBody fields = JsonBody.ofOptional(request);
        boolean repair = fields.bool("repair", false);
        String model = fields.code(
                "model",
                Names.STUDY,
                Names.STUDY,
                this::parseModel,
                "must be the name of a read model; GET /api/admin/projections lists them");
        fields.finish();
        Map<String, Object> settings = Map.of("repair", repair, "model", model);
        return post.inTransaction(() -> {
            UUID job = jobs.submit(VerifyJob.KIND, model, settings);
            audit.note(caller, "verify.start", job.toString(), settings);
            return JobResponses.accepted("/api/admin/verify/", job);
        });
    }

    private String parseModel(String model) {
        if (!model.equals(Names.STUDY) && store.read(model).isEmpty()) {
            throw new IllegalArgumentException(model);
        }
        return model;
    }

    @Operation(summary = "Returns the progress and the findings of a verify")
    @GetMapping("/api/admin/verify/{id}")
    ObjectNode job(@PathVariable UUID id) {
        return answers.of(id, VerifyJob.KIND);
    }
}
