package dev.nettest.samples.faults;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Messages on a stream: a length of four bytes, then the message. */
public final class Frames {

    /** A greater length is treated as corrupt. */
    public static final int MAX_LENGTH = 1 << 20;

    private Frames() {}

    /**
     * The next message; empty at the end of the stream.
     *
     * @throws EOFException if the stream ends within a message
     * @throws StreamCorruptedException if the length is negative or more than {@link #MAX_LENGTH}
     */
    public static Optional<byte[]> read(InputStream input) throws IOException {
        byte[] header = input.readNBytes(Integer.BYTES);
        if (header.length == 0) {
            return Optional.empty();
        }
        int length = ByteBuffer.wrap(whole(header, Integer.BYTES)).getInt();
        if (length < 0 || length > MAX_LENGTH) {
            throw new StreamCorruptedException("a message of " + length + " bytes");
        }
        return Optional.of(whole(input.readNBytes(length), length));
    }

    /** Writes a message with one call. */
    public static void write(OutputStream output, byte[] message) throws IOException {
        ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + message.length);
        output.write(frame.putInt(message.length).put(message).array());
        output.flush();
    }

    private static byte[] whole(byte[] bytes, int length) throws EOFException {
        if (bytes.length < length) {
            throw new EOFException("the stream ended after " + bytes.length + " of " + length + " bytes");
        }
        return bytes;
    }
}
