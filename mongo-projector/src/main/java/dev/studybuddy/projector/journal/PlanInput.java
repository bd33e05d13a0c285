package dev.studybuddy.projector.journal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bson.RawBsonDocument;

/**
 * Reads the parts of a plan that {@link PlanOutput} wrote. Every method throws {@link BufferUnderflowException} or
 * {@link IndexOutOfBoundsException} if the bytes are damaged.
 */
final class PlanInput {

    private static final int MIN_DOCUMENT_BYTES = 5;

    private final ByteBuffer buffer;

    PlanInput(ByteBuffer buffer) {
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Reads a number that must not exceed the size of the whole plan in bytes. */
    int readSize() {
        long number = readNumber();
        if (number < 0 || number > buffer.limit()) {
            throw new BufferUnderflowException();
        }
        return (int) number;
    }

    long readSigned() {
        long number = readNumber();
        return (number >>> 1) ^ -(number & 1);
    }

    String readText() {
        return new String(readBytes(readSize()), StandardCharsets.UTF_8);
    }

    RawBsonDocument readDocument() {
        int length = buffer.getInt(buffer.position());
        if (length < MIN_DOCUMENT_BYTES) {
            throw new BufferUnderflowException();
        }
        return new RawBsonDocument(readBytes(length));
    }

    private long readNumber() {
        long number = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte next = buffer.get();
            number |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new BufferUnderflowException();
    }

    private byte[] readBytes(int length) {
        if (length > buffer.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }
}
