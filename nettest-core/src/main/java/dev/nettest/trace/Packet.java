package dev.nettest.trace;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A segment or a datagram of a capture. Its comments and the number of its fragments may come from later events. */
final class Packet {

    /** A socket in a capture. */
    record Endpoint(InetAddress address, int port, String host) {}

    /**
     * A part of a payload.
     *
     * @param kept the bytes of the payload, perhaps fewer than its length
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Slice(byte[] kept, int from, int length) {

        static final Slice EMPTY = new Slice(new byte[0], 0, 0);

        Slice {
            from = Math.min(from, kept.length);
        }

        /** The number of bytes that there are. */
        int available() {
            return Math.min(kept.length - from, length);
        }

        Slice slice(int start, int count) {
            return new Slice(kept, from + start, count);
        }
    }

    /** The fields of a TCP header. */
    record Tcp(int sequence, int acknowledgment, int flags) {

        static final int FIN = 1;
        static final int SYN = 2;
        static final int RST = 4;
        static final int PSH = 8;
        static final int ACK = 16;

        boolean has(int flag) {
            return (flags & flag) != 0;
        }
    }

    private final long nanos;
    private final Endpoint source;
    private final Endpoint target;
    private final @Nullable Tcp tcp;
    private final Slice payload;
    private final List<String> comments = new ArrayList<>(0);
    private int fragments = 1;

    /** @param tcp null for UDP */
    Packet(long nanos, Endpoint source, Endpoint target, @Nullable Tcp tcp, Slice payload) {
        this.nanos = nanos;
        this.source = source;
        this.target = target;
        this.tcp = tcp;
        this.payload = payload;
    }

    long nanos() {
        return nanos;
    }

    Endpoint source() {
        return source;
    }

    Endpoint target() {
        return target;
    }

    @Nullable
    Tcp tcp() {
        return tcp;
    }

    Slice payload() {
        return payload;
    }

    List<String> comments() {
        return comments;
    }

    void comment(String text) {
        comments.add(text);
    }

    int fragments() {
        return fragments;
    }

    void fragments(int count) {
        fragments = count;
    }
}
