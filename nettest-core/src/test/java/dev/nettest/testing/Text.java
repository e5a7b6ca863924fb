package dev.nettest.testing;

import dev.nettest.Connection;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads and writes text on connections, one byte for each character. */
public final class Text {
    /** The result of a read at the end of the stream. */
    public static final String END = "<end>";

    private static final int SIZE = 1024;

    private Text() {}

    public static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public static int write(Connection connection, String text) throws IOException {
        return connection.write(bytes(text));
    }

    public static int tryWrite(Connection connection, String text) throws IOException {
        return connection.tryWrite(bytes(text));
    }

    /** The result of one read. */
    public static String read(Connection connection) throws IOException {
        return read(connection, SIZE);
    }

    /** The result of one read of at most {@code most} bytes. */
    public static String read(Connection connection, int most) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(most);
        return connection.read(target) < 0 ? END : text(target);
    }

    /** The result of one attempt; empty if it would wait. */
    public static String tryRead(Connection connection) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(SIZE);
        return connection.tryRead(target) < 0 ? END : text(target);
    }

    /** Reads to the end of the stream. */
    public static String readAll(Connection connection) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String part = read(connection); !part.equals(END); part = read(connection)) {
            all.append(part);
        }
        return all.toString();
    }

    public static String text(ByteBuffer filled) {
        return StandardCharsets.ISO_8859_1.decode(filled.flip()).toString();
    }
}
