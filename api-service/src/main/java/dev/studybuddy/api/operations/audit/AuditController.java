package dev.studybuddy.api.operations.audit;

import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.http.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class AuditController {

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final AdminAuditLog auditLog;

    AuditController(AdminAuditLog auditLog) {
        this.auditLog = auditLog;
    }

    @Operation(summary = "Lists administrative changes, newest first")
    @GetMapping("/api/admin/audit")
    Page<AdminAuditLog.Entry> list(
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        int size = parameters.integer("limit", limit, DEFAULT_LIMIT, 1, MAX_LIMIT);
        PageCursor after = parameters.cursor("cursor", cursor);
        parameters.finish();
        List<AdminAuditLog.Entry> found = auditLog.findBefore(after.at(), after.id(), size + 1);
        if (found.size() <= size) {
            return new Page<>(found, null);
        }
        AdminAuditLog.Entry last = found.get(size - 1);
        return new Page<>(found.subList(0, size), new PageCursor(last.at(), last.id()).text());
    }
}
