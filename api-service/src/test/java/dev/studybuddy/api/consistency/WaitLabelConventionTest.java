package dev.studybuddy.api.consistency;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.common.KeyValue;
import org.junit.jupiter.api.Test;
import org.springframework.http.MediaType;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class WaitLabelConventionTest {

    private final MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/users/leaderboard");
    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private String label() {
        return new WaitLabelConvention()
                .getLowCardinalityKeyValues(new ServerRequestObservationContext(request, response)).stream()
                        .filter(label -> label.getKey().equals("waits"))
                        .map(KeyValue::getValue)
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void anOrdinaryRequestDoesNotWait() {
        request.setQueryString("period=year");
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        assertThat(label()).isEqualTo("false");
    }

    @Test
    void aReadWithAConsistencyTokenWaits() {
        request.addHeader(ConsistencyTokens.HEADER, "token");
        assertThat(label()).isEqualTo("true");
    }

    @Test
    void aSyncTriggerThatWaitsForMongoDbWaits() {
        request.setQueryString("waitSeconds=5");
        assertThat(label()).isEqualTo("true");
    }

    @Test
    void aStreamOfEventsWaits() {
        response.setContentType(MediaType.TEXT_EVENT_STREAM_VALUE + ";charset=UTF-8");
        assertThat(label()).isEqualTo("true");
    }
}
