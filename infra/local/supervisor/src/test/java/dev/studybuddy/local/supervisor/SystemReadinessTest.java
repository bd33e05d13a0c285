package dev.studybuddy.local.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SystemReadinessTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    64        | 1 | true
                    22,21,21  | 3 | true
                    22,22,20  | 3 | true
                    24,20,20  | 3 | false
                    32,32     | 3 | false
                    64,0      | 1 | true
                    63        | 1 | false
                    """)
    void allShardsMustBeOwnedInFairShares(String shares, int publishers, boolean fair) {
        StringBuilder json = new StringBuilder("{\"sync\":{\"publishers\":[");
        for (String share : shares.strip().split(",", -1)) {
            json.append("{\"id\":\"p\",\"shards\":").append(share).append("},");
        }
        json.setLength(json.length() - 1);
        JsonNode sync = JsonMapper.builder().build().readTree(json.append("]}}").toString());

        assertThat(SystemReadiness.findMissingShares(sync, publishers).isEmpty())
                .isEqualTo(fair);
    }
}
