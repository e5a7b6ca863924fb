package dev.nettest.samples.congestion;

import dev.nettest.samples.faults.Frames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * How two peers begin: each says what it can, without waiting for the other. That saves a round trip, and needs a connection
 * with room for a greeting in each direction.
 */
public final class Greeting {

    private Greeting() {}

    /** Says {@code ours}, and returns what the peer says. */
    public static byte[] exchange(InputStream input, OutputStream output, byte[] ours) throws IOException {
        Frames.write(output, ours);
        return Frames.read(input).orElseThrow(() -> new EOFException("the peer left without a greeting"));
    }
}
