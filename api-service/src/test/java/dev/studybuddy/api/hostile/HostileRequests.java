package dev.studybuddy.api.hostile;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/**
 * Creates random hostile requests for the operations of an OpenAPI document. A request that could change data, or that
 * would open a stream, has at least one fault for which the service must reject it.
 */
final class HostileRequests {

    /**
     * Describes an operation of the document.
     *
     * @param parameters the names of the query's parameters
     * @param fields the names of the body's fields; empty if the operation reads no body
     */
    private record Operation(String method, String path, List<String> parameters, List<String> fields) {

        boolean needsFault() {
            return !method.equals("GET") || path.contains("stream");
        }
    }

    /**
     * Holds a request.
     *
     * @param path the path in its encoded form, without the query
     * @param text the bytes of the request, read as ISO-8859-1
     * @param caller the name of the caller
     */
    record HostileRequest(String method, String path, String text, String caller) {

        byte[] bytes() {
            return latin1(text);
        }

        @Override
        public String toString() {
            return text.length() > 1500 ? text.substring(0, 1500) + "… (" + text.length() + " bytes)" : text;
        }
    }

    private static final List<String> VALUES = List.of(
            "",
            "x",
            "0",
            "-1",
            "1e309",
            "99999999999999999999",
            "9".repeat(2000),
            "null",
            "true",
            "%00",
            "%ff",
            "%c0%80",
            "%ed%a0%80",
            "%",
            "%zz",
            "%F0%9F%98%80",
            "%e2%80%ae",
            "%0d%0aSet-Cookie:x",
            "'%20OR%201=1--",
            "$where",
            "%7B%22$ne%22:1%7D",
            "2026-02-30",
            "9999-12-31",
            "0000-00-00",
            "0001-01-01",
            "-999999999-01-01",
            "2026-11-23T10:00:00Z",
            "+999999999-12-31T23:59:59Z",
            "00000000-0000-0000-0000-000000000000",
            "1-1-1-1-1",
            "KzMwMDAwMC0wMS0wMVQwMDowMDowMFogMDAwMDAwMDAtMDAwMC0wMDAwLTAwMDAtMDAwMDAwMDAwMDAw",
            "LTk5OTk5OTk5OS0wMS0wMVQwMDowMDowMFogMS0xLTEtMS0x",
            "cjo5OTk5OTk5OTk5OnQ",
            "ZDoA",
            "all",
            "day",
            "study",
            "..%2f..%2fetc",
            "a".repeat(3000));
    private static final List<String> HEADERS = List.of(
            "If-Match: \"" + "1\",\"".repeat(1500) + "1\"",
            "If-Match: \u00e9",
            "If-Match: \"\u0080\"",
            "If-Match: W/\"1\", *",
            "If-None-Match: \u009f",
            "If-None-Match: " + "\"x\",".repeat(2000),
            "If-Modified-Since: yesterday",
            "If-Unmodified-Since: -1",
            "Range: bytes=9999999999999999999-",
            "Idempotency-Key: " + "k".repeat(201),
            "Idempotency-Key:",
            "Idempotency-Key: \u0085",
            "X-Consistency-Token: a.b",
            "X-Consistency-Token: " + ",".repeat(5000),
            "X-Consistency-Token: MTt0b2RvOng6MQ.AAAA",
            "X-Consistency-Wait-Ms: 99999999999999999999",
            "X-Consistency-Wait-Ms: -1",
            "Last-Event-ID: " + "9".repeat(3000),
            "Prefer: return=" + "x".repeat(1000),
            "Accept: x/y/z",
            "Accept: */*;q=9",
            "Accept: text/html;charset=none",
            "Accept-Language: " + "de;q=9,".repeat(500),
            "Accept-Encoding: gzip;q=x",
            "Accept-Charset: none",
            "Content-Encoding: gzip",
            "Cookie: a=\u0080\u00ff",
            "User-Agent: \u00ff\u00fe",
            "Referer: %ff",
            "traceparent: 00-" + "0".repeat(32) + "-x-ff",
            "tracestate: " + "a=b,".repeat(600),
            "baggage: %ff=%zz;" + "k=v,".repeat(600),
            "b3: x-y-z",
            "X-Forwarded-For: \u00e9, 1.2.3",
            "X-Forwarded-Port: x",
            "X-HTTP-Method-Override: DELETE",
            "Expect: 200-ok",
            "Upgrade: h2c",
            "TE: x",
            "Access-Control-Request-Method: \u00ff",
            "Forwarded: for=\"_x\";host=\"\u00e9\"");
    private static final List<String> JSON_VALUES = List.of(
            "null",
            "true",
            "-1",
            "1.5",
            "1e999999999",
            "1e-999999999",
            "9".repeat(2000),
            "0." + "9".repeat(2000),
            "2147483648",
            "\"\"",
            "\" \"",
            "\"\\u0000\"",
            "\"\\ud800\"",
            "\"\\udc00\\ud800\"",
            "\"" + "x".repeat(5000) + "\"",
            "\"+999999999-12-31T23:59:59.999999999Z\"",
            "\"-999999999-01-01T00:00:00Z\"",
            "\"9999-12-31\"",
            "\"Mars/Olympus\"",
            "\"http://[\"",
            "\"a@b@c\"",
            "\"1-1-1-1-1\"",
            "[]",
            "[null]",
            "[1,\"a\",{}]",
            "{}",
            "{\"$ne\":null}",
            "[".repeat(400) + "]".repeat(400),
            "[".repeat(2000) + "]".repeat(2000),
            "{\"a\":".repeat(600) + "1" + "}".repeat(600));
    private static final List<String> BROKEN_BODIES = List.of(
            " ",
            "{",
            "[",
            "nul",
            "\"",
            "{\"a\":1,\"a\":2}",
            "{} {}",
            "{\"a\":\u00ff\u00fe}",
            "{\"a\":\"\u00c3(\"}",
            "\u00ef\u00bb\u00bf\u00fe",
            "\u0000\u0000\u00fe\u00ff{",
            "{\"a\":01}",
            "{\"a\":\"\\x\"}",
            "{\"" + "k".repeat(60_000) + "\":1",
            "[".repeat(60_000),
            "a=b&c=%zz");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/json",
            "application/json",
            "application/merge-patch+json",
            "text/plain",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
            "application/json;charset=none",
            "application/json;charset=UTF-16",
            "x",
            "*/*",
            "");
    /** These operations read a body, although the document may not describe it. */
    private static final Set<String> BODIES = Set.of("verify", "rebuild", "dead-letters/replay", "broken");

    private final Random random;
    private final List<Operation> operations = new ArrayList<>();
    private final List<String> ids;
    private final Map<String, String> callers;

    /**
     * Creates requests.
     *
     * @param ids the ids of objects that exist
     * @param callers the Authorization header of each caller by the caller's name
     */
    HostileRequests(long seed, JsonNode openApi, List<String> ids, Map<String, String> callers) {
        this.random = new Random(seed);
        this.ids = ids;
        this.callers = callers;
        openApi.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry(
                        (method, operation) -> operations.add(operation(method, path, operation, openApi))));
        operations.add(new Operation("GET", "/openapi", List.of("group"), List.of()));
        operations.add(new Operation("GET", "/openapi/{id}", List.of(), List.of()));
        operations.add(new Operation("GET", "/{id}", List.of("id"), List.of()));
        operations.add(new Operation("OPTIONS", "/api/todos", List.of(), List.of()));
    }

    private static Operation operation(String method, String path, JsonNode operation, JsonNode openApi) {
        List<String> parameters = new ArrayList<>();
        for (JsonNode parameter : operation.path("parameters")) {
            if (parameter.path("in").asString("").equals("query")) {
                parameters.add(parameter.path("name").asString());
            }
        }
        List<String> fields = new ArrayList<>();
        for (JsonNode content : operation.path("requestBody").path("content")) {
            String schema = content.at("/schema/$ref").asString("").replace("#", "");
            fields.addAll(openApi.at(schema).path("properties").propertyNames());
        }
        if (fields.isEmpty() && BODIES.stream().anyMatch(path::endsWith)) {
            fields.addAll(List.of("model", "repair", "topic", "dryRun", "collection"));
        }
        return new Operation(method.toUpperCase(Locale.ROOT), path, parameters, fields);
    }

    HostileRequest next() {
        Operation operation = pick(operations);
        List<String> headers = new ArrayList<>();
        StringBuilder query = new StringBuilder();
        operation.parameters().forEach(name -> {
            if (random.nextInt(3) > 0) {
                query.append(query.isEmpty() ? '?' : '&')
                        .append(name)
                        .append('=')
                        .append(pick(VALUES));
            }
        });
        for (int more = random.nextInt(3); more > 0; more--) {
            headers.add(pick(HEADERS));
        }
        String caller = pick(List.copyOf(callers.keySet()));
        String authorization = callers.getOrDefault(caller, "");
        String body = operation.fields().isEmpty() ? "" : body(operation);
        if (operation.needsFault()) {
            switch (random.nextInt(operation.fields().isEmpty() ? 5 : 8)) {
                case 0 -> headers.add("Origin: " + pick(List.of("null", "http://evil.example", "\u00e9", "http://")));
                case 1 -> query.append(query.isEmpty() ? "?" : "&").append("=x");
                case 2 ->
                    query.append(query.isEmpty() ? "?" : "&").append("a=").append(pick(List.of("%ff", "%", "%00")));
                case 3 -> headers.add("X-Large: " + "x".repeat(17_000));
                case 4 -> authorization = pick(List.of("Bearer x", "Bearer a.b.c", "Basic eA==", "Bearer \u00e9"));
                default -> {
                    // The body has an unknown field or is no JSON object.
                }
            }
        } else if (random.nextInt(10) == 0) {
            query.append(query.isEmpty() ? "?" : "&")
                    .append(pick(List.of("=x", "&&", "x=1&".repeat(1200), "%ff=1", "a[]=1")));
        }
        String path = path(operation);
        return new HostileRequest(
                operation.method(),
                path,
                request(operation.method(), path + query, headers, authorization, body),
                caller);
    }

    private String path(Operation operation) {
        String path = operation.path();
        while (path.contains("{")) {
            String value = random.nextInt(3) == 0 ? pick(ids) : random.nextBoolean() ? pick(VALUES) : randomId();
            path = path.substring(0, path.indexOf('{')) + value + path.substring(path.indexOf('}') + 1);
        }
        return path;
    }

    private String body(Operation operation) {
        if (random.nextInt(4) == 0) {
            return pick(BROKEN_BODIES);
        }
        StringBuilder body = new StringBuilder("{");
        for (String field : operation.fields()) {
            if (random.nextInt(4) > 0) {
                body.append('"')
                        .append(field)
                        .append("\":")
                        .append(pick(JSON_VALUES))
                        .append(',');
            }
        }
        return body.append("\"hostile\":").append(pick(JSON_VALUES)).append('}').toString();
    }

    private String request(String method, String target, List<String> headers, String authorization, String body) {
        StringBuilder head =
                new StringBuilder(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: localhost\r\n");
        headers.forEach(header -> head.append(header).append("\r\n"));
        if (!authorization.isEmpty()) {
            head.append("Authorization: ").append(authorization).append("\r\n");
        }
        if (!body.isEmpty()) {
            head.append("Content-Type: ").append(pick(TYPES)).append("\r\n");
        }
        head.append("Content-Length: ").append(body.length()).append("\r\n\r\n");
        return head.append(body).toString();
    }

    private String randomId() {
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
