package dev.nettest.samples.congestion;

import dev.nettest.samples.faults.Frames;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The first messages of two peers: each sends its greeting without waiting for the other. That saves a round trip, and
 * needs buffer space for a greeting in each direction.
 */
public final class Greeting {

    private Greeting() {}

    /** Sends {@code ours} and returns the greeting of the peer. */
    public static byte[] exchange(InputStream input, OutputStream output, byte[] ours) throws IOException {
        Frames.write(output, ours);
        return Frames.read(input).orElseThrow(() -> new EOFException("the peer left without a greeting"));
    }
}
