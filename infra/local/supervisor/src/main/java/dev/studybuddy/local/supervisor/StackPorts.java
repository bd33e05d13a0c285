package dev.studybuddy.local.supervisor;

import java.util.Map;

/**
 * This record computes the ports of the stack.
 *
 * @param offset the number that is added to each port, so that two stacks can run at the same time
 */
record StackPorts(int offset) {

    static final String OFFSET_VARIABLE = "STUDYBUDDY_LOCAL_PORT_OFFSET";

    private static final int API = 3001;
    private static final int API_MANAGEMENT = 3011;
    private static final int PUBLISHER = 3002;
    private static final int PROJECTOR = 3003;
    private static final int INSTANCE_STEP = 10;
    private static final int SQL = 26257;
    private static final int KAFKA = 9092;
    private static final int KAFKA_CONTROLLER = 9093;
    private static final int MONGO = 27017;
    private static final int HIGHEST_OFFSET = 30_000;

    StackPorts {
        if (offset < 0 || offset > HIGHEST_OFFSET) {
            throw new UsageException(
                    OFFSET_VARIABLE + " is " + offset + "; it must be a number from 0 to " + HIGHEST_OFFSET);
        }
    }

    /** Returns the ports with the offset that the environment names, or without one. */
    static StackPorts of(Map<String, String> environment) {
        String offset = environment.getOrDefault(OFFSET_VARIABLE, "0");
        try {
            return new StackPorts(Integer.parseInt(offset));
        } catch (NumberFormatException invalid) {
            throw new UsageException(OFFSET_VARIABLE + " is '" + offset + "'; it must be a whole number");
        }
    }

    int api() {
        return API + offset;
    }

    int apiManagement() {
        return API_MANAGEMENT + offset;
    }

    /** Returns the port of the n-th publisher; the first one has the number 1. */
    int publisher(int number) {
        return PUBLISHER + INSTANCE_STEP * (number - 1) + offset;
    }

    /** Returns the port of the n-th projector; the first one has the number 1. */
    int projector(int number) {
        return PROJECTOR + INSTANCE_STEP * (number - 1) + offset;
    }

    int sql() {
        return SQL + offset;
    }

    int kafka() {
        return KAFKA + offset;
    }

    int kafkaController() {
        return KAFKA_CONTROLLER + offset;
    }

    int mongo() {
        return MONGO + offset;
    }

    /** Returns the variables that name the local servers to the services. */
    Map<String, String> serverVariables() {
        return Map.of(
                "SPRING_DATASOURCE_URL", "jdbc:postgresql://localhost:" + sql() + "/studybuddy",
                "SPRING_KAFKA_BOOTSTRAP_SERVERS", "localhost:" + kafka(),
                "SPRING_MONGODB_URI", "mongodb://localhost:" + mongo() + "/studybuddy");
    }
}
