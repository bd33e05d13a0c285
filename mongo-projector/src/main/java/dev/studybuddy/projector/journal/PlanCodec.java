package dev.studybuddy.projector.journal;

import dev.studybuddy.projector.journal.Plan.MirrorChange;
import dev.studybuddy.projector.journal.Plan.RollupChange;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import org.bson.Document;
import org.bson.RawBsonDocument;
import org.bson.codecs.DocumentCodec;

/**
 * Encodes a plan as compressed bytes. The server stores and returns them as one value, so it does not parse the
 * thousands of fields of a plan.
 *
 * <p>The first byte names the format. The size before the compression follows, then one LZ4 block. The block holds the
 * field paths, the rollup changes, the mirrors and the dead letters, each list after its length. A rollup change refers
 * to a path by its index in the list of paths. {@link PlanOutput} defines how the block stores numbers, texts and
 * documents.
 */
final class PlanCodec {

    /** The planner bounds a plan far below this size. A larger size proves that the bytes are damaged. */
    private static final int MAX_BYTES = 64_000_000;

    private static final byte FORMAT = 1;
    private static final DocumentCodec DOCUMENT_CODEC = new DocumentCodec();

    private PlanCodec() {}

    static byte[] encode(Plan plan) {
        PlanOutput output = new PlanOutput();
        Map<String, Integer> paths = new LinkedHashMap<>();
        for (RollupChange change : plan.rollups()) {
            change.amounts().keySet().forEach(path -> paths.putIfAbsent(path, paths.size()));
        }
        output.writeNumber(paths.size());
        paths.keySet().forEach(output::writeText);
        output.writeNumber(plan.rollups().size());
        for (RollupChange change : plan.rollups()) {
            output.writeText(change.id());
            RollupFields.write(output, change.id(), change.insertFields());
            output.writeNumber(change.amounts().size());
            change.amounts().forEach((path, amount) -> {
                output.writeNumber(paths.getOrDefault(path, 0));
                output.writeSigned(amount);
            });
        }
        output.writeNumber(plan.mirrors().size());
        plan.mirrors().forEach(change -> output.writeDocument(change.document()));
        output.writeNumber(plan.deadLetters().size());
        plan.deadLetters().forEach(letter -> output.writeDocument(new RawBsonDocument(letter, DOCUMENT_CODEC)));
        return compress(output.toBuffer());
    }

    /**
     * Decodes the plan.
     *
     * @throws IllegalStateException if the bytes are damaged, or if a later version of the projector encoded them
     */
    static Plan decode(byte[] encoded) {
        try {
            PlanInput input = new PlanInput(decompress(encoded));
            List<String> paths = readList(input, PlanInput::readText);
            return new Plan(
                    readList(input, in -> readRollup(in, paths)),
                    readList(input, in -> MirrorChange.of(in.readDocument())),
                    readList(input, in -> in.readDocument().decode(DOCUMENT_CODEC)));
        } catch (BufferUnderflowException | IndexOutOfBoundsException | LZ4Exception damaged) {
            throw new IllegalStateException("the plan of a journal is damaged", damaged);
        }
    }

    /**
     * Returns the size in bytes of the encoded plan before it was compressed, as the bytes state it, and at least their
     * own length. Returns the largest possible size if the bytes are too short to state one.
     */
    static long plainBytes(byte[] encoded) {
        return encoded.length < 1 + Integer.BYTES
                ? MAX_BYTES
                : Math.max(encoded.length, ByteBuffer.wrap(encoded).getInt(1));
    }

    private static RollupChange readRollup(PlanInput input, List<String> paths) {
        String id = input.readText();
        Document insertFields = RollupFields.read(input, id);
        int size = input.readSize();
        Map<String, Long> amounts = new LinkedHashMap<>();
        for (int n = 0; n < size; n++) {
            amounts.put(paths.get(input.readSize()), input.readSigned());
        }
        return new RollupChange(id, insertFields, amounts);
    }

    private static <T> List<T> readList(PlanInput input, Function<PlanInput, T> element) {
        int size = input.readSize();
        List<T> elements = new ArrayList<>();
        for (int n = 0; n < size; n++) {
            elements.add(element.apply(input));
        }
        return elements;
    }

    private static byte[] compress(ByteBuffer plain) {
        var compressor = LZ4Factory.fastestInstance().fastCompressor();
        ByteBuffer compressed =
                ByteBuffer.allocate(1 + Integer.BYTES + compressor.maxCompressedLength(plain.remaining()));
        compressed.put(FORMAT).putInt(plain.remaining());
        compressor.compress(plain, compressed);
        byte[] encoded = new byte[compressed.position()];
        compressed.get(0, encoded);
        return encoded;
    }

    private static ByteBuffer decompress(byte[] encoded) {
        ByteBuffer compressed = ByteBuffer.wrap(encoded);
        byte format = compressed.get();
        int size = compressed.getInt();
        if (format != FORMAT || size < 0 || size > MAX_BYTES) {
            throw new IllegalStateException(
                    "the plan of a journal has the unknown format " + format + " or the impossible size " + size);
        }
        ByteBuffer plain = ByteBuffer.allocate(size);
        LZ4Factory.fastestInstance().safeDecompressor().decompress(compressed, plain);
        if (plain.hasRemaining()) {
            throw new BufferUnderflowException();
        }
        return plain.flip();
    }
}
