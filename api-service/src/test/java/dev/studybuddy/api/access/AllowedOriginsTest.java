package dev.studybuddy.api.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class AllowedOriginsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    https://app.example.org       | true
                    https://APP.example.org       | true
                    https://app.example.org:443   | true
                    http://app.example.org        | false
                    https://app.example.org:8443  | false
                    https://app.example.org.evil  | false
                    https://evil.org/app.example.org | false
                    https://user@app.example.org  | false
                    https://api.example.org       | true
                    http://api.example.org:8080   | false
                    http://localhost:5173         | false
                    null                          | false
                    file://app.example.org        | false
                    """)
    void onlyListedOriginsAndTheServicesOwnOneArePermitted(String origin, boolean permitted) {
        AllowedOrigins origins = new AllowedOrigins(AccessPropertiesTest.bind(Map.of(
                "signing-key", AccessPropertiesTest.KEY, "origins", "https://app.example.org, http://b.example")));

        assertThat(origins.permits(origin, request("api.example.org", 80))).isEqualTo(permitted);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    http://localhost:5173         | true
                    http://localhost:3001         | true
                    http://127.0.0.1:5173         | false
                    https://localhost:5173        | false
                    http://localhost.evil:5173    | false
                    """)
    void modeOpenMayPermitEachLocalPort(String origin, boolean permitted) {
        AllowedOrigins origins =
                new AllowedOrigins(AccessPropertiesTest.bind(Map.of("mode", "open", "origins", "http://localhost:*")));

        assertThat(origins.permits(origin, request("localhost", 3001))).isEqualTo(permitted);
    }

    private static MockHttpServletRequest request(String host, int port) {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/todos");
        request.setServerName(host);
        request.setServerPort(port);
        return request;
    }
}
