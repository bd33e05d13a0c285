package dev.studybuddy.api.devtoken;

import dev.studybuddy.api.access.DevTokens;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.http.Problem;
import dev.studybuddy.api.http.Reply;
import dev.studybuddy.api.idempotency.IdempotentPost;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ConditionalOnProperty(name = "studybuddy.access.mode", havingValue = "open")
final class DevTokenController {

    private final DevTokens tokens;

    DevTokenController(DevTokens tokens) {
        this.tokens = tokens;
    }

    /**
     * This record is the body of a request for a token.
     *
     * @param userId the user of the token; required, so null is rejected
     * @param roles the roles of the token; null means {@code user}
     */
    @Schema(name = "Wanted")
    record TokenRequest(@Nullable UUID userId, @Nullable List<String> roles) {}

    @Operation(summary = "Signs a token for any user; only mode open offers this call")
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DevTokens.DevToken.class)))
    @PostMapping(
            path = "/api/dev/token",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> sign(@RequestBody TokenRequest request, IdempotentPost post) {
        UUID userId = request.userId();
        if (userId == null) {
            throw Problem.invalid("userId", "is required").exception();
        }
        Set<Role> roles = request.roles() == null ? Set.of(Role.USER) : Role.ofCodes(request.roles());
        return post.outsideTransaction(() -> Reply.of(HttpStatus.OK, tokens.sign(userId, roles)));
    }
}
