package dev.studybuddy.api.subjects;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.cockroach.RetryingTransactions;
import dev.studybuddy.api.consistency.ReadModelReads;
import dev.studybuddy.api.web.Parameters;
import dev.studybuddy.api.web.Problem;
import dev.studybuddy.readmodel.Names;
import io.swagger.v3.oas.annotations.Operation;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class SubjectsController {

    private static final int DEFAULT_LIMIT = 10;

    /** As many as a user may have; everyone's are looked for among so many, those with the most todos. */
    private static final int MOST = 500;

    private final ReadModelReads reads;
    private final SqlSubjects sql;
    private final RetryingTransactions transactions;

    SubjectsController(ReadModelReads reads, SqlSubjects sql, RetryingTransactions transactions) {
        this.reads = reads;
        this.sql = sql;
        this.transactions = transactions;
    }

    @Operation(
            summary = "The hardest subjects of a user, or of everyone",
            description =
                    "By the share of questions that are answered, over all todos, the smallest first; a todo counts"
                            + " whether it is completed or not. Everyone's (scope=all, for admins) are looked for among the 500"
                            + " subjects with the most todos. A user without todos has none.")
    @GetMapping("/api/reports/subjects")
    ResponseEntity<Subjects> subjects(
            Caller caller,
            HttpServletRequest request,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String scope) {
        Parameters parameters = new Parameters();
        int most = parameters.integer("limit", limit, DEFAULT_LIMIT, 1, MOST);
        Optional<UUID> asked = parameters.uuid("userId", userId);
        boolean everyone = parameters.code(
                "scope", scope, false, code -> code.equals("all") ? Optional.of(true) : Optional.empty(), "all");
        if (everyone && asked.isPresent()) {
            parameters.fault("userId", "goes not together with scope=all");
        }
        parameters.finish();
        if (everyone) {
            return ofEveryone(caller, request, most);
        }
        UUID user = asked.orElse(caller.id());
        if (!caller.is(user) && !caller.admin()) {
            throw Problem.notFound("user").exception();
        }
        return reads.answer(
                Names.SUBJECTS,
                request,
                caller,
                generation -> MongoSubjects.ofUser(generation, user, most),
                () -> transactions.run(() -> sql.ofUser(user, most)));
    }

    private ResponseEntity<Subjects> ofEveryone(Caller caller, HttpServletRequest request, int most) {
        if (!caller.admin()) {
            throw Problem.of(HttpStatus.FORBIDDEN, "forbidden", "Forbidden", "scope=all is for admins.")
                    .exception();
        }
        return reads.answer(
                Names.SUBJECTS,
                request,
                caller,
                generation -> MongoSubjects.ofEveryone(generation, MOST, most),
                () -> transactions.run(() -> sql.ofEveryone(MOST, most)));
    }
}
