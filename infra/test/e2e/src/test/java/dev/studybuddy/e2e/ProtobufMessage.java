package dev.studybuddy.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Holds a message of Protocol Buffers, of which it keeps only the fields with bytes. */
final class ProtobufMessage {

    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    /** This map holds the values of each field by the number of the field. */
    private final Map<Integer, List<byte[]>> fields = new HashMap<>();

    /**
     * Parses a message.
     *
     * @throws IllegalArgumentException if a field has a type that this reader does not expect
     */
    ProtobufMessage(byte[] message) {
        ByteBuffer buffer = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            long tag = varint(buffer);
            int type = (int) (tag & 7);
            switch (type) {
                case VARINT -> varint(buffer);
                case FIXED_64 -> buffer.getLong();
                case FIXED_32 -> buffer.getInt();
                case BYTES -> {
                    byte[] value = new byte[Math.toIntExact(varint(buffer))];
                    buffer.get(value);
                    fields.computeIfAbsent((int) (tag >>> 3), number -> new ArrayList<>())
                            .add(value);
                }
                default -> throw new IllegalArgumentException("A field has the wire type " + type);
            }
        }
    }

    private static long varint(ByteBuffer buffer) {
        long value = 0;
        int shift = 0;
        byte part;
        do {
            part = buffer.get();
            value |= (part & 0x7FL) << shift;
            shift += 7;
        } while (part < 0);
        return value;
    }

    /** Returns the messages that a field holds. */
    List<ProtobufMessage> messages(int number) {
        return values(number).stream().map(ProtobufMessage::new).toList();
    }

    /** Returns the text of a field, which is empty if the field is absent. */
    String text(int number) {
        return values(number).stream()
                .map(value -> new String(value, UTF_8))
                .findFirst()
                .orElse("");
    }

    /** Returns the bytes of a field as hexadecimal digits, without a digit if the field is absent. */
    String hex(int number) {
        return values(number).stream()
                .map(HexFormat.of()::formatHex)
                .findFirst()
                .orElse("");
    }

    private List<byte[]> values(int number) {
        return fields.getOrDefault(number, List.of());
    }
}
