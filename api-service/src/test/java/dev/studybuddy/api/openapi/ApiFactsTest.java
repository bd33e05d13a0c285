package dev.studybuddy.api.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ApiFactsTest {

    private static final String DOCUMENT = """
            {"paths": {"/api/todos": {"post": {
              "parameters": [
                {"in": "query", "name": "limit", "schema": {"type": "integer", "minimum": 1, "maximum": 200}}],
              "requestBody": {"content": {"application/json": {
                "schema": {"$ref": "#/components/schemas/New", "minProperties": 1}}}},
              "responses": {
                "201": {
                  "headers": {"ETag": {"schema": {"type": "string"}}},
                  "content": {"application/json": {"schema": {"type": "object", "properties": {
                    "state": {"type": "string", "enum": ["open", "done"]},
                    "at": {"type": "string", "format": "date-time", "pattern": "Z$"},
                    "bySubject": {"type": "object", "additionalProperties": {
                      "type": "object", "properties": {"points": {"type": "integer"}}}},
                    "job": {"anyOf": [
                      {"type": "object", "properties": {"kind": {"type": "string"}, "found": {"type": "string"}},
                       "required": ["found", "kind"]},
                      {"type": "object", "properties": {"kind": {"type": "string"}}, "required": ["kind"]}]}}}}}},
                "409": {
                  "headers": {"Retry-After": {"schema": {"type": "integer"}}},
                  "content": {"application/problem+json": {"schema": {"type": "object", "properties": {
                    "slug": {"type": "string"}}, "required": ["slug"]}}}}}}}},
             "components": {"schemas": {"New": {"type": "object", "properties": {
               "title": {"type": "string", "minLength": 1, "maxLength": 100},
               "targets": {"type": "object", "additionalProperties": {"type": "integer"}},
               "day": {"type": "string", "format": "date", "pattern": "^2"},
               "target": {"type": "integer"},
               "difficulty": {"anyOf": [{"type": "string", "enum": ["easy", "hard"]}, {"type": "null"}]}}}}}}
            """;

    private static List<String> changes(String text, String replacement) {
        assertThat(DOCUMENT).contains(text);
        JsonMapper json = new JsonMapper();
        ApiFacts earlier = ApiFacts.of(json.readTree(DOCUMENT));
        return earlier.changesThatBreak(ApiFacts.of(json.readTree(DOCUMENT.replace(text, replacement))));
    }

    @Test
    void aWiderBoundBreaksNoClient() {
        assertThat(changes("\"maximum\": 200", "\"maximum\": 300")).isEmpty();
        assertThat(changes("\"minLength\": 1", "\"minLength\": 0")).isEmpty();
        assertThat(changes("[\"easy\", \"hard\"]", "[\"easy\", \"medium\", \"hard\"]"))
                .isEmpty();
        assertThat(changes("[\"open\", \"done\"]", "[\"open\"]")).isEmpty();
    }

    @Test
    void aNarrowerBoundOfARequestBreaksClients() {
        assertThat(changes("\"maximum\": 200", "\"maximum\": 100"))
                .containsExactly("The request's `POST /api/todos query limit` has the maximum 100 instead of 200.");
        assertThat(changes("\"minimum\": 1", "\"minimum\": 2"))
                .containsExactly("The request's `POST /api/todos query limit` has the minimum 2 instead of 1.");
        assertThat(changes("\"maxLength\": 100", "\"maxLength\": 99"))
                .containsExactly("The request's `POST /api/todos body application/json.title` has the maxLength 99"
                        + " instead of 100.");
        assertThat(changes("\"minProperties\": 1", "\"minProperties\": 2"))
                .containsExactly("The request's `POST /api/todos body application/json` has the minProperties 2"
                        + " instead of 1.");
    }

    @Test
    void aRemovedValueOfARequestBreaksClients() {
        assertThat(changes("[\"easy\", \"hard\"]", "[\"easy\"]"))
                .containsExactly("The request's `POST /api/todos body application/json.difficulty` cannot be hard any"
                        + " longer.");
    }

    @Test
    void aFurtherValueOfAnAnswerBreaksClients() {
        assertThat(changes("[\"open\", \"done\"]", "[\"open\", \"done\", \"late\"]"))
                .containsExactly("The answer `POST /api/todos 201 application/json.state` can now be late.");
    }

    @Test
    void aChangeOfTheValuesOfAMapBreaksClients() {
        assertThat(changes("\"points\"", "\"score\""))
                .containsExactly("The answer `POST /api/todos 201 application/json.bySubject.*.points` was removed.");
        assertThat(changes(
                        "\"additionalProperties\": {\"type\": \"integer\"}",
                        "\"additionalProperties\": {\"type\": \"integer\", \"maximum\": 9}"))
                .containsExactly("The request's `POST /api/todos body application/json.targets.*` has the maximum 9"
                        + " instead of none.");
    }

    @Test
    void anotherFormatOrPatternBreaksClients() {
        assertThat(changes("\"format\": \"date-time\"", "\"format\": \"date\""))
                .containsExactly("The answer `POST /api/todos 201 application/json.at` has the format date instead of"
                        + " date-time.");
        assertThat(changes(", \"pattern\": \"Z$\"", ""))
                .containsExactly(
                        "The answer `POST /api/todos 201 application/json.at` has the pattern none instead of Z$.");
        assertThat(changes("\"format\": \"date\"", "\"format\": \"uuid\""))
                .containsExactly("The request's `POST /api/todos body application/json.day` has the format uuid instead"
                        + " of date.");
        assertThat(changes("\"^2\"", "\"^20\""))
                .containsExactly("The request's `POST /api/todos body application/json.day` has the pattern ^20 instead"
                        + " of ^2.");
    }

    @Test
    void aRemovedFormatOrPatternOfARequestBreaksNoClient() {
        assertThat(changes(", \"format\": \"date\", \"pattern\": \"^2\"", "")).isEmpty();
    }

    @Test
    void aNewBoundOfARequestBreaksClients() {
        assertThat(changes("\"target\": {", "\"target\": {\"maximum\": 5, "))
                .containsExactly(
                        "The request's `POST /api/todos body application/json.target` has the maximum 5 instead"
                                + " of none.");
        assertThat(changes("\"target\": {", "\"target\": {\"minimum\": 5, "))
                .containsExactly(
                        "The request's `POST /api/todos body application/json.target` has the minimum 5 instead"
                                + " of none.");
        assertThat(changes("\"target\": {", "\"target\": {\"enum\": [5, 6], "))
                .containsExactly("The request's `POST /api/todos body application/json.target` can only be 5, 6.");
        assertThat(changes("\"target\": {", "\"target\": {\"format\": \"int32\", "))
                .containsExactly("The request's `POST /api/todos body application/json.target` has the format int32"
                        + " instead of none.");
    }

    @Test
    void aRemovedEnumerationOfAnAnswerBreaksClients() {
        assertThat(changes(", \"enum\": [\"open\", \"done\"]", ""))
                .containsExactly("The answer `POST /api/todos 201 application/json.state` can now be any value.");
    }

    @Test
    void aBodyThatBecomesRequiredBreaksClients() {
        assertThat(changes("\"requestBody\": {", "\"requestBody\": {\"required\": true, "))
                .containsExactly("This part of a request is now required: `POST /api/todos body`.");
    }

    @Test
    void aChangeOfTheBodyOfAnErrorBreaksClients() {
        assertThat(changes("\"required\": [\"slug\"]", "\"required\": []"))
                .containsExactly(
                        "The answer `POST /api/todos 409 application/problem+json.slug` is not always present.");
    }

    @Test
    void aFieldThatNotEachAlternativeRequiresIsNotAlwaysPresent() {
        assertThat(changes("\"required\": [\"found\", \"kind\"]", "\"required\": [\"kind\"]"))
                .isEmpty();
        assertThat(changes("\"required\": [\"kind\"]", "\"required\": []"))
                .containsExactly("The answer `POST /api/todos 201 application/json.job.kind` is not always present.");
    }

    @Test
    void aRemovedStatusBreaksClients() {
        assertThat(changes("\"409\"", "\"422\"")).containsExactly("The answer `POST /api/todos 409` was removed.");
    }

    @Test
    void aRemovedHeaderOfAnAnswerBreaksClients() {
        assertThat(changes("\"ETag\"", "\"X-Tag\""))
                .containsExactly("The header `ETag` of the answer `POST /api/todos 201` was removed.");
        assertThat(changes("\"Retry-After\"", "\"X-Retry\""))
                .containsExactly("The header `Retry-After` of the answer `POST /api/todos 409` was removed.");
    }
}
