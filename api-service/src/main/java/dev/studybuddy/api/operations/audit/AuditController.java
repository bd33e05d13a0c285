package dev.studybuddy.api.operations.audit;

import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.audit.AuditCriteria;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextRule;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class AuditController {

    private static final int MAX_LENGTH = 300;
    private static final TextRule FILTER = TextRule.length(1, MAX_LENGTH);

    private final AdminAuditLog auditLog;

    AuditController(AdminAuditLog auditLog) {
        this.auditLog = auditLog;
    }

    @Operation(
            operationId = "listAudit",
            summary = "Lists administrative changes and reads of personal data, newest first")
    @GetMapping(path = "/api/admin/audit", produces = MediaType.APPLICATION_JSON_VALUE)
    Page<AdminAuditLog.Entry> list(
            @Parameter(
                            description = "The list contains only changes and reads by the caller with this id.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "3f2504e0-4f89-41d3-9a0c-0305e82c3301")
                    @RequestParam(required = false)
                    @Nullable
                    String actor,
            @Parameter(
                            description = "The list contains only changes and reads with this name.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "dead-letter.replay")
                    @RequestParam(required = false)
                    @Nullable
                    String action,
            @Parameter(
                            description =
                                    "The list contains only changes and reads of this object, named exactly as the"
                                            + " entries name it.",
                            schema = @Schema(maxLength = MAX_LENGTH),
                            example = "user/3f2504e0-4f89-41d3-9a0c-0305e82c3301")
                    @RequestParam(required = false)
                    @Nullable
                    String target,
            @Parameter(
                            description = "The list contains only changes and reads at or after this instant.",
                            schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String from,
            @Parameter(
                            description = "The list contains only changes and reads before this instant.",
                            schema = @Schema(type = "string", format = "date-time"))
                    @RequestParam(required = false)
                    @Nullable
                    String to,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        AuditCriteria criteria = new AuditCriteria(
                parameters.text("actor", emptyToNull(actor), FILTER),
                parameters.text("action", emptyToNull(action), FILTER),
                parameters.text("target", emptyToNull(target), FILTER),
                parameters.instant("from", from).orElse(null),
                parameters.instant("to", to).orElse(null));
        int size = parameters.pageSize(limit);
        PageCursor after = parameters.cursor("cursor", cursor);
        parameters.finish();
        List<AdminAuditLog.Entry> found = auditLog.find(criteria, after.at(), after.id(), size + 1);
        return Page.of(found, size, entry -> new PageCursor(entry.at(), entry.id()).text());
    }

    private static @Nullable String emptyToNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}
