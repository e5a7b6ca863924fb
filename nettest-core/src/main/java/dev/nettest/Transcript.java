package dev.nettest;

import dev.nettest.internal.net.TranscriptLog;
import java.util.List;

/**
 * The bytes that one end of a connection has sent and received, in order, for assertions:
 *
 * <pre>{@code
 * Transcript transcript = connection.transcript();
 * connection.write(ByteBuffer.wrap("PING\r\n".getBytes()));
 * assertThat(transcript.lines()).containsExactly("> PING\\r\\n");
 * }</pre>
 *
 * <p>It records from the first call of {@link Connection#transcript()} on, or from the beginning of each connection
 * with {@link NetworkConfig.Builder#transcripts}. A connection without one pays nothing. Sent are the bytes that writes
 * have accepted, before faults and links change them. Received are the bytes that reads have returned.
 *
 * <p>It keeps the first {@link #CAPACITY} bytes of both directions together, and counts the rest. It stays after a
 * close. Any thread may call any method at any time; none waits.
 */
public sealed interface Transcript permits TranscriptLog {

    /** The number of bytes kept: 64 KiB. */
    int CAPACITY = 64 * 1024;

    /** The bytes sent. */
    byte[] sent();

    /** The bytes received. */
    byte[] received();

    /**
     * Both directions as lines of text. {@code "> "} precedes a line that this end sent, {@code "< "} one that it
     * received. A line ends after a line feed, and if the direction changes. Carriage return, line feed, tab and
     * backslash are written like in Java. Other control characters, and bytes that are not UTF-8, are written like
     * {@code \x0A}.
     */
    List<String> lines();

    /**
     * Both directions as a hexdump, one line for up to 16 bytes. A line has the direction like in {@link #lines()}, the
     * offset in that direction, the bytes in hexadecimal digits, and the bytes as text. A dot stands for a byte that is
     * not printable ASCII. The last line counts the omitted bytes, if any.
     */
    String hex();

    /** How many bytes are missing here because the transcript is full. */
    long omitted();

    /** {@link #lines()} as one text, each followed by a line feed. The last line counts the omitted bytes, if any. */
    @Override
    String toString();
}
