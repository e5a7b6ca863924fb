package dev.nettest.trace;

import dev.nettest.Trace;
import dev.nettest.TraceEvent;
import dev.nettest.TraceSocket;
import dev.nettest.trace.Packet.Endpoint;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** The hosts of a capture: names, interfaces and MAC addresses. */
final class CapturedHosts {

    /** The host of each address of a socket in the trace. */
    private final Map<InetAddress, String> hosts = new LinkedHashMap<>();

    /** The address from which a wildcard socket sent, by its port. */
    private final Map<Integer, InetAddress> senders = new HashMap<>();

    private final Map<String, Integer> interfaces = new LinkedHashMap<>();
    private final Map<String, Integer> identifications = new HashMap<>();

    CapturedHosts(Trace trace) {
        for (TraceEvent event : trace.events()) {
            if (event instanceof TraceEvent.OfSocket of) {
                TraceSocket socket = of.socket();
                add(socket.local(), socket.localHost());
                add(socket.remote(), socket.remoteHost());
            }
            if (event instanceof TraceEvent.DatagramSent sent) {
                add(sent.target(), sent.targetHost());
            }
            if (event instanceof TraceEvent.DatagramDelivered delivered
                    && delivered.sender() instanceof InetSocketAddress sender) {
                senders.putIfAbsent(sender.getPort(), sender.getAddress());
            }
        }
    }

    private void add(@Nullable SocketAddress address, @Nullable String host) {
        if (host != null && address instanceof InetSocketAddress inet && hasAddress(inet)) {
            hosts.putIfAbsent(inet.getAddress(), host);
        }
    }

    private static boolean hasAddress(InetSocketAddress address) {
        return !address.isUnresolved() && !address.getAddress().isAnyLocalAddress();
    }

    /** The endpoint at {@code address}; null if it has no IP address. */
    @Nullable
    Endpoint endpoint(@Nullable SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet) || inet.isUnresolved()) {
            return null;
        }
        InetAddress ip = inet.getAddress();
        return new Endpoint(ip, inet.getPort(), hosts.getOrDefault(ip, ip.getHostAddress()));
    }

    /** The endpoint of a datagram socket that sends to {@code target}; null if it has no IP address. */
    @Nullable
    Endpoint sender(TraceSocket socket, Endpoint target) {
        Endpoint local = endpoint(socket.local());
        if (local == null || !local.address().isAnyLocalAddress()) {
            return local;
        }
        InetAddress loopback = target.address().isLoopbackAddress() ? target.address() : local.address();
        InetAddress from = senders.getOrDefault(local.port(), loopback);
        return new Endpoint(from, local.port(), socket.localHost());
    }

    /** Gives the host of a packet an interface. */
    void use(String host) {
        interfaces.putIfAbsent(host, interfaces.size());
    }

    /** The hosts with an interface, in order. */
    List<String> interfaces() {
        return List.copyOf(interfaces.keySet());
    }

    int interfaceOf(String host) {
        return interfaces.getOrDefault(host, 0);
    }

    /** The names of the addresses that have one. */
    Map<InetAddress, String> names() {
        Map<InetAddress, String> names = new LinkedHashMap<>(hosts);
        names.entrySet().removeIf(host -> host.getKey().getHostAddress().equals(host.getValue()));
        return names;
    }

    /** The next value of the identification field of {@code host}. */
    int nextIdentification(String host) {
        return identifications.merge(host, 1, Integer::sum);
    }

    /** A locally administered MAC address, the same for a host in each capture; for a group, that of the group. */
    byte[] mac(Endpoint endpoint) {
        byte[] ip = endpoint.address().getAddress();
        ByteBuffer mac = ByteBuffer.allocate(6);
        if (endpoint.address().isMulticastAddress()) {
            return endpoint.address() instanceof Inet4Address
                    ? mac.put(new byte[] {1, 0, 0x5E, (byte) (ip[1] & 0x7F), ip[2], ip[3]})
                            .array() // RFC 1112, section 6.4
                    : mac.putShort((short) 0x3333).put(ip, 12, 4).array(); // RFC 2464, section 7
        }
        if (endpoint.address() instanceof Inet4Address && ByteBuffer.wrap(ip).getInt() == -1) {
            return mac.putShort((short) -1).putInt(-1).array();
        }
        CRC32 hash = new CRC32();
        hash.update(endpoint.host().getBytes(StandardCharsets.UTF_8));
        return mac.putShort((short) 0x0200).putInt((int) hash.getValue()).array();
    }
}
