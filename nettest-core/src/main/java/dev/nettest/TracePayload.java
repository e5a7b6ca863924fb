package dev.nettest;

import dev.nettest.internal.util.EscapedText;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;

/**
 * The first bytes of what a {@link TraceEvent} sent. With {@link TraceLevel#PAYLOADS} they are all bytes.
 *
 * <p>Immutable; equal to one with the same bytes and length.
 */
public final class TracePayload {

    /** No bytes. */
    public static final TracePayload EMPTY = new TracePayload(new byte[0], 0);

    private final byte[] kept;
    private final long length;

    /**
     * @param kept the first bytes; copied
     * @param length the number of all bytes
     * @throws IllegalArgumentException if {@code length} is less than the kept bytes
     */
    public TracePayload(byte[] kept, long length) {
        Objects.requireNonNull(kept, "kept");
        if (length < kept.length) {
            throw new IllegalArgumentException("length " + length + " < " + kept.length + " kept bytes");
        }
        this.kept = kept.clone();
        this.length = length;
    }

    /** A copy of the kept bytes. */
    public byte[] bytes() {
        return kept.clone();
    }

    /** The number of kept bytes. */
    public int kept() {
        return kept.length;
    }

    /** The number of all bytes, kept or not. */
    public long length() {
        return length;
    }

    /** True if bytes are missing at the end. */
    public boolean isTruncated() {
        return length > kept.length;
    }

    /** The kept bytes as UTF-8. */
    public String text() {
        return new String(kept, StandardCharsets.UTF_8);
    }

    /**
     * The kept bytes as text of one line in double quotes. Line ends, tabs, backslashes and double quotes are escaped
     * like in Java. Other bytes that are no printable ASCII are written like {@code \x0A}. Three dots stand for
     * missing bytes.
     */
    public String quoted() {
        return EscapedText.excerpt(kept, length);
    }

    /** The kept bytes as pairs of hexadecimal digits with spaces between them. */
    public String hex() {
        return HexFormat.ofDelimiter(" ").formatHex(kept);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TracePayload payload && length == payload.length && Arrays.equals(kept, payload.kept);
    }

    @Override
    public int hashCode() {
        return Objects.hash(length, Arrays.hashCode(kept));
    }

    /** The length, and the kept bytes in hexadecimal digits. */
    @Override
    public String toString() {
        return length + " bytes [" + hex() + (isTruncated() ? " ..." : "") + "]";
    }
}
