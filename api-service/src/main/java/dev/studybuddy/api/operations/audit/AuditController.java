package dev.studybuddy.api.operations.audit;

import dev.studybuddy.api.audit.AdminAuditLog;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.PageCursor;
import dev.studybuddy.api.http.QueryParameters;
import io.swagger.v3.oas.annotations.Operation;
import java.sql.Timestamp;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

@RestController
final class AuditController {

    private static final String PAGE = """
            SELECT id, at, actor, action, target, detail FROM admin_audit
            WHERE at < ? OR (at = ? AND id < ?) ORDER BY at DESC, id DESC LIMIT ?""";

    private static final int DEFAULT_LIMIT = 50;
    private static final int MAX_LIMIT = 200;

    private final JdbcClient jdbc;
    private final JsonMapper json;

    AuditController(JdbcClient jdbc, JsonMapper json) {
        this.jdbc = jdbc;
        this.json = json;
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
        Timestamp at = Timestamp.from(after.at());
        List<AdminAuditLog.Entry> found = jdbc.sql(PAGE)
                .params(at, at, after.id(), size + 1)
                .query((row, number) -> new AdminAuditLog.Entry(
                        row.getObject("id", UUID.class),
                        row.getTimestamp("at").toInstant(),
                        row.getString("actor"),
                        row.getString("action"),
                        row.getString("target"),
                        json.readTree(row.getString("detail"))))
                .list();
        if (found.size() <= size) {
            return new Page<>(found, null);
        }
        AdminAuditLog.Entry last = found.get(size - 1);
        return new Page<>(found.subList(0, size), new PageCursor(last.at(), last.id()).text());
    }
}
