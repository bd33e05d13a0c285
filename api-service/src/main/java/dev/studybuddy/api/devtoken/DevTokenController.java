package dev.studybuddy.api.devtoken;

import dev.studybuddy.api.access.ConditionalOnOpenMode;
import dev.studybuddy.api.access.DevTokens;
import dev.studybuddy.api.access.Role;
import dev.studybuddy.api.http.JsonBody;
import dev.studybuddy.api.http.UnrenderedAnswer;
import dev.studybuddy.api.idempotency.IdempotentRequest;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.parameters.RequestBody;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
@ConditionalOnOpenMode
final class DevTokenController {

    private static final UUID NO_USER = new UUID(0, 0);
    private static final int MAX_ROLES = 10;

    private final DevTokens tokens;

    DevTokenController(DevTokens tokens) {
        this.tokens = tokens;
    }

    /** This record only documents the body of the request in the OpenAPI document. */
    record DevTokenRequest(
            UUID userId,
            @Schema(example = "[\"user\"]") @Nullable List<String> roles) {}

    @Operation(
            operationId = "signDevToken",
            summary = "Signs a token for any user; only mode open offers this call",
            description = "The roles are user, admin and operator-read. Without roles, the token has the role user.")
    @RequestBody(content = @Content(schema = @Schema(implementation = DevTokenRequest.class)))
    @ApiResponse(responseCode = "200", content = @Content(schema = @Schema(implementation = DevTokens.DevToken.class)))
    @PostMapping(
            path = "/api/dev/token",
            consumes = MediaType.APPLICATION_JSON_VALUE,
            produces = MediaType.APPLICATION_JSON_VALUE)
    ResponseEntity<byte[]> sign(JsonBody body, IdempotentRequest post) {
        UUID userId = body.code(
                "userId",
                null,
                NO_USER,
                UUID::fromString,
                "must be a UUID such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301");
        List<String> codes = body.strings("roles", List.of(Role.USER.code()), MAX_ROLES);
        body.finish();
        Set<Role> roles = Role.ofCodes(codes);
        return post.runOutsideTransaction(() -> UnrenderedAnswer.of(HttpStatus.OK, tokens.sign(userId, roles)));
    }
}
