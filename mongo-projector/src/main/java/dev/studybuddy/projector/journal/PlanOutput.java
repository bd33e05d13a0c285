package dev.studybuddy.projector.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bson.ByteBuf;
import org.bson.RawBsonDocument;

/**
 * Writes the parts of a plan into a growing buffer. A number has seven bits in each byte, the lowest first, and the
 * highest bit of a byte announces another byte (LEB128). A signed number is zigzag-encoded before that, so that small
 * negative numbers are short too. A text is its length in bytes and its UTF-8 bytes. A document is BSON, which begins
 * with its length.
 */
final class PlanOutput {

    private static final int INITIAL_BYTES = 1024;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    void writeNumber(long number) {
        ensure(10);
        long rest = number;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) ((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    void writeSigned(long number) {
        writeNumber((number << 1) ^ (number >> 63));
    }

    void writeText(String text) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        writeNumber(encoded.length);
        ensure(encoded.length);
        System.arraycopy(encoded, 0, bytes, size, encoded.length);
        size += encoded.length;
    }

    void writeDocument(RawBsonDocument document) {
        ByteBuf buffer = document.getByteBuffer();
        int length = buffer.remaining();
        ensure(length);
        buffer.get(bytes, size, length);
        size += length;
    }

    /** Returns the bytes that were written. The buffer shares the memory of this output. */
    ByteBuffer toBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
