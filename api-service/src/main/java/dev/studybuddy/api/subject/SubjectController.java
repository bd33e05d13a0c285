package dev.studybuddy.api.subject;

import dev.studybuddy.api.access.Caller;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.Page;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.QueryParameters;
import dev.studybuddy.api.http.TextCursor;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import dev.studybuddy.api.job.Job;
import dev.studybuddy.api.job.Jobs;
import dev.studybuddy.api.user.OwnerCheck;
import dev.studybuddy.api.user.SubjectTable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.headers.Header;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/api/subjects", produces = MediaType.APPLICATION_JSON_VALUE)
final class SubjectController {

    private static final String CHANGES = "/api/subjects/changes/";

    /** A user may have this many unfinished changes, so that one user does not fill the queue of jobs. */
    private static final int MAX_UNFINISHED = 5;

    private final SubjectTable subjects;
    private final OwnerCheck ownerCheck;
    private final Jobs jobs;

    SubjectController(SubjectTable subjects, OwnerCheck ownerCheck, Jobs jobs) {
        this.subjects = subjects;
        this.ownerCheck = ownerCheck;
        this.jobs = jobs;
    }

    /** Names a subject that at least one todo or session of the caller has. */
    record NamedSubject(String subject) {}

    /** Identifies the job that makes a change. */
    record SubjectChangeJobId(UUID jobId) {}

    @Operation(
            operationId = "listSubjects",
            summary = "Lists the subjects of the caller's todos and sessions in the order of their names",
            description =
                    "A subject that no todo and no session has any longer is not listed, and does not count towards"
                            + " the limit of " + OwnerCheck.MAX_SUBJECTS + " subjects. A caller can use at most "
                            + OwnerCheck.MAX_SUBJECTS_EVER_USED + " different subjects in total.")
    @GetMapping
    Page<NamedSubject> list(
            Caller caller,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor) {
        QueryParameters parameters = new QueryParameters();
        int maxItems = parameters.pageSize(limit);
        String after = parameters.textCursor("cursor", cursor, SubjectChange.SUBJECT);
        parameters.finish();
        List<String> found = subjects.list(caller.id(), after, maxItems + 1);
        List<NamedSubject> items =
                found.stream().limit(maxItems).map(NamedSubject::new).toList();
        return new Page<>(
                items,
                found.size() <= maxItems ? null : TextCursor.of(items.getLast().subject()));
    }

    @Operation(
            operationId = "renameSubject",
            summary = "Renames a subject of the caller",
            description = "A job gives each todo and session of the subject the new subject, with its next version and"
                    + " its event. The status is 409 if the new subject exists already or an unfinished change creates"
                    + " it; a merge then combines the two. If the new subject exists when the job begins, the change"
                    + " fails with the problem subject-exists and changes nothing.")
    @RequestBody(content = @Content(schema = @Schema(implementation = SubjectChange.RenameRequest.class)))
    @ApiResponse(
            responseCode = "202",
            headers = @Header(name = "Location", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = SubjectChangeJobId.class)))
    @PostMapping(path = "/rename", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> rename(Caller caller, JsonBody body, IdempotentRequest post) {
        SubjectChange change = SubjectChange.parseRename(body);
        return post.runInTransaction(() -> {
            if (subjects.contains(caller.id(), change.to())) {
                throw SubjectChange.subjectExists(
                                "The caller has a subject with the new name. Use /api/subjects/merge to combine them.")
                        .toException();
            }
            if (SubjectChangeJob.findUnfinished(jobs, caller.id()).stream()
                    .anyMatch(job -> SubjectChangeJob.setsSubject(change.to(), job))) {
                throw SubjectChange.subjectExists(
                                "An unfinished change of the caller gives other todos and sessions the new name. Use"
                                        + " /api/subjects/merge to combine the subjects.")
                        .toException();
            }
            return submit(caller, change);
        });
    }

    @Operation(
            operationId = "mergeSubjects",
            summary = "Merges subjects of the caller into one",
            description = "A job gives each todo and session of the subjects the subject in the field to, with its next"
                    + " version and its event.")
    @RequestBody(content = @Content(schema = @Schema(implementation = SubjectChange.MergeRequest.class)))
    @ApiResponse(
            responseCode = "202",
            headers = @Header(name = "Location", schema = @Schema(type = "string")),
            content = @Content(schema = @Schema(implementation = SubjectChangeJobId.class)))
    @PostMapping(path = "/merge", consumes = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> merge(Caller caller, JsonBody body, IdempotentRequest post) {
        SubjectChange change = SubjectChange.parseMerge(body);
        return post.runInTransaction(() -> submit(caller, change));
    }

    @Operation(operationId = "getSubjectChange", summary = "Returns a rename or merge of the caller and its progress")
    @GetMapping("/changes/{id}")
    SubjectChangeView change(Caller caller, @PathVariable UUID id) {
        Job job = jobs.find(id)
                .filter(found -> SubjectChangeJob.belongsTo(caller.id(), found))
                .orElseThrow(() -> Problem.notFound("change").toException());
        return SubjectChangeView.of(job);
    }

    private UnrenderedAnswer submit(Caller caller, SubjectChange change) {
        for (String from : change.from()) {
            if (!subjects.contains(caller.id(), from)) {
                throw Problem.notFound("subject").toException();
            }
        }
        if (SubjectChangeJob.findUnfinished(jobs, caller.id()).size() >= MAX_UNFINISHED) {
            throw Problem.conflict(
                            "subject-changes-unfinished",
                            "Subject changes unfinished",
                            "The caller has " + MAX_UNFINISHED
                                    + " unfinished changes of subjects. Send this request again after one of them is"
                                    + " done.")
                    .toException();
        }
        ownerCheck.reserveSubject(caller.id(), change.to());
        UUID job = jobs.submit(SubjectChangeJob.kind(caller.id()), "", SubjectChangeJob.settings(caller.id(), change));
        return UnrenderedAnswer.of(HttpStatus.ACCEPTED, new SubjectChangeJobId(job))
                .location(CHANGES + job);
    }
}
