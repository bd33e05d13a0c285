package dev.studybuddy.api.audit;

import dev.studybuddy.api.access.Caller;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/**
 * Records that a caller has read data that is not the caller's own. A controller calls it before it returns the data,
 * so that the service sends no such answer without a row in the audit.
 */
@Component
public final class ReadAudit {

    private final AdminAuditLog auditLog;

    ReadAudit(AdminAuditLog auditLog) {
        this.auditLog = auditLog;
    }

    /**
     * Records that the caller reads the data of one user. A read of one's own data leaves no row.
     *
     * @param action the name of the read, for example {@code user.read}
     */
    public void recordUserData(Caller caller, String action, UUID user) {
        if (!caller.hasId(user)) {
            auditLog.record(caller, action, "user/" + user, Map.of());
        }
    }

    /**
     * Records that the caller reads the payloads of dead letters. An empty list leaves no row.
     *
     * @param ids the ids of the dead letters, in the order of the answer
     */
    public void recordPayloads(Caller caller, Collection<String> ids) {
        List<String> read = List.copyOf(ids);
        if (read.size() == 1) {
            auditLog.record(caller, "dead-letter.read", read.getFirst(), Map.of());
        } else if (!read.isEmpty()) {
            auditLog.record(
                    caller,
                    "dead-letter.list",
                    "dead-letters",
                    Map.of("count", read.size(), "first", read.getFirst(), "last", read.getLast()));
        }
    }
}
