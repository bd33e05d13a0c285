package dev.studybuddy.api.consistency;

import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.http.MediaType;
import org.springframework.http.server.observation.DefaultServerRequestObservationConvention;
import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * Labels the metric of each request by whether its caller requests that the API waits: for a consistency token, for a
 * sync trigger, or for events of a stream. The duration of such a request does not show how fast the API is.
 */
@Component
final class WaitLabelConvention extends DefaultServerRequestObservationConvention {

    private static final String LABEL = "waits";

    @Override
    public KeyValues getLowCardinalityKeyValues(ServerRequestObservationContext context) {
        HttpServletRequest request = context.getCarrier();
        HttpServletResponse response = context.getResponse();
        boolean waits = (request != null && waits(request)) || (response != null && isStream(response));
        return super.getLowCardinalityKeyValues(context).and(KeyValue.of(LABEL, String.valueOf(waits)));
    }

    private static boolean waits(HttpServletRequest request) {
        String query = request.getQueryString();
        return request.getHeader(ConsistencyTokens.HEADER) != null || (query != null && query.contains("waitSeconds="));
    }

    private static boolean isStream(HttpServletResponse response) {
        String type = response.getContentType();
        return type != null && type.startsWith(MediaType.TEXT_EVENT_STREAM_VALUE);
    }
}
