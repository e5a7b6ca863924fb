package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.TraceLevel;
import dev.nettest.socket.TestTls;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * Writes a trace as a pcapng capture, which Wireshark and tshark open.
 *
 * <pre>{@code
 * Pcapng.write(network.trace(), Path.of("target", "checkout.pcapng"));
 * }</pre>
 *
 * <p>The packets are made from the events: Ethernet, IPv4 or IPv6, and TCP or UDP. Each host is an interface, and each
 * packet is on the interface of its sender, at the time at which it left. A lost segment is therefore there twice. The
 * time of the network is shown as a time after the start of 1970, in nanoseconds. Equal traces give equal captures.
 *
 * <p>A fault is a comment on the packet that its operation sent or met. So are a dropped datagram, a timeout, a failed
 * operation and the reason of a close.
 *
 * <p>A complete capture takes a trace of {@link TraceLevel#PAYLOADS}. If a trace lacks bytes, the packets are cut, like
 * in a capture with a snapshot length. If it lacks events, there are gaps in the sequence numbers. A connection whose
 * connect is not in the trace has no handshake, and a pair of connections has none either.
 *
 * <p>Wireshark decrypts TLS with the secrets that {@link TestTls#keyLog} has. They are stored in the file.
 *
 * <p>Unix domain sockets, and a connection of a socket to itself, have no packets. The window of all segments is 1 GiB
 * and constant. A SYN-ACK stands halfway between the SYN and the end of the connect.
 */
public final class Pcapng {

    private Pcapng() {}

    /**
     * Writes {@code trace} to a new file, or over an old one.
     *
     * @throws IOException if the file cannot be written
     */
    public static void write(Trace trace, Path file) throws IOException {
        write(trace, "", file);
    }

    /**
     * Writes {@code trace} with the secrets of its TLS connections to a new file, or over an old one.
     *
     * @param tlsKeyLog the lines of an {@code SSLKEYLOGFILE}: those of {@link TestTls#keyLog}, or of another TLS
     * @throws IOException if the file cannot be written
     */
    public static void write(Trace trace, String tlsKeyLog, Path file) throws IOException {
        Objects.requireNonNull(trace, "trace");
        Objects.requireNonNull(tlsKeyLog, "tlsKeyLog");
        try (OutputStream out = Files.newOutputStream(Objects.requireNonNull(file, "file"))) {
            write(trace, tlsKeyLog, out);
        }
    }

    /**
     * Writes {@code trace} to {@code out}, which stays open and is flushed.
     *
     * @throws IOException if {@code out} throws it
     */
    public static void write(Trace trace, OutputStream out) throws IOException {
        write(trace, "", out);
    }

    /**
     * Writes {@code trace} with the secrets of its TLS connections to {@code out}, which stays open and is flushed.
     *
     * @param tlsKeyLog the lines of an {@code SSLKEYLOGFILE}: those of {@link TestTls#keyLog}, or of another TLS
     * @throws IOException if {@code out} throws it
     */
    public static void write(Trace trace, String tlsKeyLog, OutputStream out) throws IOException {
        Objects.requireNonNull(tlsKeyLog, "tlsKeyLog");
        Capture capture = Capture.of(Objects.requireNonNull(trace, "trace"));
        OutputStream buffered = new BufferedOutputStream(Objects.requireNonNull(out, "out"), 1 << 16);
        PcapngBlocks blocks = new PcapngBlocks(buffered);
        blocks.section(capture.comment());
        blocks.tlsSecrets(tlsKeyLog);
        for (String host : capture.hosts().interfaces()) {
            blocks.networkInterface(host);
        }
        blocks.names(capture.hosts().names());
        for (Packet packet : capture.packets()) {
            int at = capture.hosts().interfaceOf(packet.source().host());
            boolean first = true;
            for (Frames.Frame frame : Frames.of(packet, capture.hosts())) {
                blocks.packet(at, packet.nanos(), frame, first ? packet.comments() : List.of());
                first = false;
            }
        }
        buffered.flush();
    }
}
