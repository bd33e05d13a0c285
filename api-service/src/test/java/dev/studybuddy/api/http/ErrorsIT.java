package dev.studybuddy.api.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.studybuddy.api.testing.Client;
import dev.studybuddy.api.testing.ReceivedAnswer;
import dev.studybuddy.api.testing.RunningApi;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsIT {

    private static final String NEW_TODO = "{\"title\":\"t\",\"difficulty\":\"easy\",\"questionsTarget\":1%s}";

    private final RunningApi api = RunningApi.shared();
    private final Client demo = api.demo();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "7",
                "{} {}",
                "{\"title\":\"a\",\"title\":\"b\"}",
                "{\"title\": \"\\ud800\"",
            })
    void aBodyThatIsNotAJsonObjectIsRejected(String body) {
        ReceivedAnswer answer = demo.post("/api/todos", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("malformed-body");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    difficulty      | ,"difficulty":"brutal"
                    questionsTarget | ,"questionsTarget":-1
                    questionsTarget | ,"questionsTarget":10001
                    questionsTarget | ,"questionsTarget":1.5
                    questionsTarget | ,"questionsTarget":"1"
                    questionsTarget | ,"questionsTarget":99999999999999999999
                    title           | ,"title":"   "
                    title           | ,"title":null
                    title           | ,"title":"a\\u0000b"
                    title           | ,"title":"a\\ud800b"
                    title           | ,"title":{}
                    subject         | ,"subject":"a\\nb"
                    scheduledFor    | ,"scheduledFor":"2027-02-30"
                    scheduledFor    | ,"scheduledFor":20270101
                    colour          | ,"colour":"red"
                    completed       | ,"completed":true
                    """)
    void anInvalidFieldIsListedInTheErrors(String field, String invalid) {
        String rest = NEW_TODO.formatted("").replaceAll("\"" + field + "\":(\"[^\"]*\"|\\d+),?", "");
        String body = rest.replaceAll(",?}$", "") + (rest.equals("{}") ? invalid.substring(1) : invalid) + "}";

        ReceivedAnswer answer = demo.post("/api/todos", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("invalid-request");
        assertThat(answer.text("/errors/0/field")).isEqualTo(field);
        assertThat(answer.json().path("errors")).hasSize(1);
    }

    @Test
    void textIsMeasuredInCodePointsAndNormalizedToNfc() {
        ReceivedAnswer created = demo.post(
                "/api/todos",
                NEW_TODO.replace("\"t\"", "\"" + "😀".repeat(200) + "\"").formatted(""));
        assertThat(created.status()).isEqualTo(201);
        assertThat(demo.post(
                                "/api/todos",
                                NEW_TODO.replace("\"t\"", "\"" + "x".repeat(201) + "\"")
                                        .formatted(""))
                        .status())
                .isEqualTo(400);
        assertThat(demo.post(
                                "/api/todos",
                                NEW_TODO.replace("\"t\"", "\"e\\u0301\"").formatted(""))
                        .text("/title"))
                .isEqualTo("\u00e9");
    }

    @Test
    void aRequestThatTheFrameworkRejectsGetsAProblemDetail() {
        assertThat(demo.get("/api/todos/" + UUID.randomUUID()).problem()).isEqualTo("not-found");
        assertThat(demo.get("/api/todos/abc").status()).isEqualTo(400);
        assertThat(demo.get("/nowhere").problem()).isEqualTo("not-found");
        ReceivedAnswer method = demo.call("PUT", "/api/todos", "{}");
        assertThat(method.problem()).isEqualTo("method-not-allowed");
        assertThat(method.header("Allow")).contains("GET").contains("POST");
        assertThat(demo.get("/api/todos", "Accept", "text/plain").problem()).isEqualTo("not-acceptable");
        assertThat(demo.post("/api/todos", "a=b", "Content-Type", "application/x-www-form-urlencoded")
                        .problem())
                .isEqualTo("unsupported-media-type");
        assertThat(demo.call("TRACE", "/api/todos", null).problem()).isEqualTo("method-not-allowed");
    }

    @Test
    void aProblemNamesItsTraceAsTheHeaderDoes() {
        List<ReceivedAnswer> answers = List.of(
                demo.get("/api/todos/" + UUID.randomUUID()),
                demo.get("/api/todos?subject=%00"),
                demo.get("/api/todos", "Authorization", "Bearer x"),
                demo.post("/api/todos", "x".repeat(64 * 1024 + 1)));

        assertThat(answers).extracting(ReceivedAnswer::status).containsExactly(404, 400, 401, 413);
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.text("/traceId")).matches("[0-9a-f]{32}");
            assertThat(answer.header("X-Trace-Id")).isEqualTo(answer.text("/traceId"));
        });
        String trace = "0af7651916cd43dd8448eb211c80319c";
        ReceivedAnswer traced = demo.get("/api/users/me", "traceparent", "00-" + trace + "-b7ad6b7169203331-01");
        assertThat(traced.header("X-Trace-Id")).isEqualTo(trace);
    }

    @Test
    void aBodyOver64KibIsRejectedEvenWithoutAContentLength() {
        String big = "x".repeat(64 * 1024 + 1);
        assertThat(demo.post("/api/todos", big).status()).isEqualTo(413);
        ReceivedAnswer chunked = Client.send(HttpRequest.newBuilder(URI.create(api.url() + "/api/todos"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(big.getBytes(StandardCharsets.UTF_8))))
                .build());
        assertThat(chunked.status()).isEqualTo(413);
        assertThat(chunked.problem()).isEqualTo("content-too-large");
        String largest = NEW_TODO.formatted(" ".repeat(64 * 1024 - NEW_TODO.length() + 2));
        assertThat(demo.post("/api/todos", largest).status()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 100_000})
    void headersOver16KibAreRejected(int length) throws IOException {
        assertThat(raw("GET /api/todos HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(length) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431")
                .contains("application/problem+json")
                .contains("problems/request-header-fields-too-large");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/a|b", "/api/%00", "/api/todos;x=y", "/api//todos"})
    void aMalformedAddressGetsAProblemDetail(String path) throws IOException {
        assertThat(raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json")
                .contains("problems/bad-request");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    title | {"title":%s}         | [ | 600
                    title | {"title":%s          | {"a": | 600
                    questionsTarget | {"title":"t","questionsTarget":%s} | 9 | 2000
                    questionsTarget | {"title":"t","questionsTarget":1.%s} | 9 | 2000
                    difficulty | {"title":"t","difficulty":%s | x | 3
                    """)
    void aBodyThatTheParserRejectsNamesTheField(String field, String body, String part, int times) {
        ReceivedAnswer answer = demo.post("/api/todos", body.replace("%s", part.repeat(times)));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.problem()).isEqualTo("malformed-body");
        assertThat(answer.text("/errors/0/field")).isEqualTo(field);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/todos?=x, query",
        "/api/todos?limit=%ff, limit",
        "/api/todos?%ff=1, query",
        "/api/todos?subject=%zz, subject",
        "/api/todos?cursor=KzMwMDAwMC0wMS0wMVQwMDowMDowMFogMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw, cursor",
        "/api/admin/audit?cursor=LTAwMDEtMDEtMDFUMDA6MDA6MDBaIDAwMDAwMDAwLTAwMDAtMDAwMC0wMDAwLTAwMDAwMDAwMDAwMA, cursor",
        "/api/admin/dead-letters?reason=%00, reason",
        "/api/users/leaderboard?limit=99999999999999999999, limit"
    })
    void anInvalidQueryIsAnsweredWithTheParameterAtFault(String path, String field) throws IOException {
        String answer = raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"field\":\"" + field + '"');
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"If-Match: *\u0080 | If-Match", "Idempotency-Key: a\u0085b | Idempotency-Key"})
    void aHeaderWithControlCharactersIsNamed(String header, String field) throws IOException {
        String answer = raw("DELETE /api/todos/" + UUID.randomUUID() + " HTTP/1.1\r\nHost: localhost\r\n" + header
                + "\r\nConnection: close\r\n\r\n");

        assertThat(answer)
                .startsWith("HTTP/1.1 400")
                .contains("application/problem+json", "\"field\":\"" + field + '"');
    }

    @ParameterizedTest
    @CsvSource({
        "GET /api/todos HTTP/1.1\\r\\nExpect: 200-ok, 417, /api/todos",
        "G@T /api/todos HTTP/1.1, 400, /",
        "GET /api/todos HTTP/x, 400, /api/todos",
    })
    void anAnswerOfTheContainerIsACompleteProblemDetail(String head, int status, String instance) throws IOException {
        String text = raw(head.replace("\\r\\n", "\r\n") + "\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(text)
                .startsWith("HTTP/1.1 " + status)
                .contains("application/problem+json", "\"instance\":\"" + instance + '"');
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/users/leaderboard",
                "/api/reports/analytics",
                "/api/reports/subjects",
            })
    void aReportThatIsNotAcceptedAsJsonIsRejectedWithoutARead(String path) {
        for (String accept : List.of("text/plain", "x/y/z")) {
            ReceivedAnswer answer = demo.get(path, "Accept", accept);

            assertThat(answer.problem()).isEqualTo("not-acceptable");
            assertThat(answer.header("X-Read-Source")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/todos", "/api/stream", "/api/admin/stream", "/openapi/problems"})
    void theAnswerToARequestWithoutAnAcceptableTypeNamesNoType(String path) {
        ReceivedAnswer answer = demo.get(path, "Accept", "image/png");

        assertThat(answer.problem()).isEqualTo("not-acceptable");
        assertThat(answer.text("/detail"))
                .isEqualTo("This endpoint has no answer in a type that the Accept header allows.");
    }

    @Test
    void aBodyWithMalformedChunksIsRejected() throws IOException {
        String request = String.join(
                "\r\n",
                "POST /api/todos HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Transfer-Encoding: chunked",
                "",
                "zz",
                "");
        assertThat(raw(request)).startsWith("HTTP/1.1 400").contains("application/problem+json");
    }

    @Test
    void formsAndInvalidMediaTypesAreRejected() {
        String boundary = "multipart/form-data; boundary=x";
        assertThat(demo.post("/api/todos", "--x\r\n", "Content-Type", boundary).status())
                .isEqualTo(415);
        assertThat(demo.patch(
                                "/api/todos/" + UUID.randomUUID(),
                                "a=%zz",
                                "Content-Type",
                                "application/x-www-form-urlencoded")
                        .status())
                .isEqualTo(415);
        assertThat(demo.get("/openapi", "Accept", "x/y/z").text("/errors/0/field"))
                .isEqualTo("Accept");
    }

    @Test
    void theApiServesItsOpenApiDescription() {
        ReceivedAnswer json = demo.get("/openapi", "Accept", "application/json");
        assertThat(json.status()).isEqualTo(200);
        assertThat(json.json().path("paths").propertyNames())
                .contains("/api/todos", "/api/todos/{id}", "/api/users", "/api/users/me", "/api/sessions");
        assertThat(json.json().at("/components/schemas/Problem/properties/type").isMissingNode())
                .isFalse();
        assertThat(json.json()
                        .at("/paths/~1api~1todos/post/requestBody/content/application~1json/schema/$ref")
                        .asString())
                .endsWith("NewTodo");
        assertThat(demo.get("/openapi").status()).isEqualTo(200);
        assertThat(demo.get("/openapi", "Accept", "text/html").status()).isEqualTo(302);
        assertThat(demo.get("/openapi/swagger-ui/index.html", "Accept", "text/html")
                        .status())
                .isEqualTo(200);
    }

    private String raw(String request) throws IOException {
        URI address = URI.create(api.url());
        try (Socket socket = new Socket(address.getHost(), address.getPort())) {
            socket.setSoTimeout(10_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            byte[] answer = new byte[8192];
            int length = 0;
            while (length < answer.length) {
                int read = socket.getInputStream().read(answer, length, answer.length - length);
                String soFar = new String(answer, 0, Math.max(0, length + Math.max(0, read)), StandardCharsets.UTF_8);
                if (read < 0 || soFar.contains("\"errors\":[")) {
                    return soFar;
                }
                length += read;
            }
            return new String(answer, StandardCharsets.UTF_8);
        }
    }
}
