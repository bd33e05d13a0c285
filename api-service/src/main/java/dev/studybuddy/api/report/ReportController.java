package dev.studybuddy.api.report;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.audit.ReadAudit;
import dev.studybuddy.api.consistency.ReadModelQueries;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.mongo.InstalledReadModels;
import dev.studybuddy.api.mongo.ReadGeneration;
import dev.studybuddy.readmodel.ReadModel;
import dev.studybuddy.readmodel.Report;
import dev.studybuddy.readmodel.RollupKey;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
final class ReportController {

    private final ReadModelQueries queries;
    private final InstalledReadModels installed;
    private final ReadAudit readAudit;

    ReportController(ReadModelQueries queries, InstalledReadModels installed, ReadAudit readAudit) {
        this.queries = queries;
        this.installed = installed;
        this.readAudit = readAudit;
    }

    @Operation(
            operationId = "getReport",
            summary = "Returns the report of an installed read model",
            description = "The read model defines the answer. With scope=all, which only admins may use, the report"
                    + " covers all users. The answer is 404 if no installed read model has this name and a report, and"
                    + " 503 while MongoDB is unavailable or the read model has no active generation yet.")
    @GetMapping(path = "/api/reports/{model}", produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<Object> report(
            Caller caller,
            HttpServletRequest request,
            @Parameter(
                            description = "The value is the name of an installed read model.",
                            schema = @Schema(pattern = "[a-z]{1,20}"),
                            example = "study")
                    @PathVariable
                    String model,
            @RequestParam(required = false) @Nullable String userId,
            @RequestParam(required = false) @Nullable String scope) {
        QueryParameters parameters = new QueryParameters();
        ReportScope reportScope = ReportScope.parse(parameters, userId, scope);
        parameters.finish();
        Report report = installed
                .findNewest(model)
                .flatMap(ReadModel::report)
                .orElseThrow(() -> Problem.notFound("report").toException());
        Optional<UUID> covered = reportScope.findUser(caller);
        RollupKey key = covered.map(user -> RollupKey.ofUser(report.period(), user.toString()))
                .orElseGet(() -> RollupKey.ofAllUsers(report.period()));
        ResponseEntity<Object> answer = queries.read(
                model, request, caller, generation -> report.answer().apply(findRollup(generation, key)));
        covered.ifPresent(user -> readAudit.recordUserData(caller, "report.read", user));
        return answer;
    }

    private static Map<String, Object> findRollup(ReadGeneration generation, RollupKey key) {
        Document found = generation
                .rollups()
                .find(new Document("_id", key.id()))
                .projection(new Document("w", 0))
                .first();
        return found == null ? Map.of() : found;
    }
}
