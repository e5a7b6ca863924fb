package dev.nettest.internal.net;

import dev.nettest.SystemError;
import dev.nettest.internal.event.Event;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.util.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Notes for the errors of a kernel: what the network has in place of what was asked for. */
final class ErrorHelp {

    private static final int MOST = 8;

    private ErrorHelp() {}

    /** The error of a connect from {@code host} that reaches no listener. */
    static SystemError unreached(HostImpl host, SocketAddress target) {
        boolean missing = target instanceof UnixDomainSocketAddress path
                && !path.equals(Addresses.UNNAMED)
                && !host.network().unixPaths().exists(host, Addresses.file(path));
        return missing ? SystemError.NO_SUCH_FILE : SystemError.CONNECTION_REFUSED;
    }

    /** Notes the listeners, those most like {@code target} first. Other errors get no note. */
    static <E extends Exception> E ofConnect(E failure, SystemError error, NetworkImpl network, SocketAddress target) {
        if (error != SystemError.CONNECTION_REFUSED && error != SystemError.NO_SUCH_FILE) {
            return failure;
        }
        List<SocketAddress> listening = new ArrayList<>();
        network.listeners().forEach(listener -> listening.add(listener.localAddress()));
        listening.sort(Comparator.comparingLong(address -> distance(address, target)));
        return NetworkNote.attach(
                failure,
                listening.isEmpty()
                        ? "no listener in this network"
                        : "no listener on " + Addresses.text(target) + "; listeners: "
                                + list(listening.stream().map(Addresses::text).toList()));
    }

    /** Zero for the same address. The port counts less than the address. */
    private static long distance(SocketAddress address, SocketAddress target) {
        if (!(address instanceof InetSocketAddress inet) || !(target instanceof InetSocketAddress wanted)) {
            return address.getClass() == target.getClass() ? 0 : Long.MAX_VALUE;
        }
        InetAddress own = inet.getAddress();
        boolean same = own.isAnyLocalAddress() || own.equals(wanted.getAddress());
        return Math.abs(inet.getPort() - wanted.getPort()) + (same ? 0 : 1L << Short.SIZE);
    }

    /** With a note of the socket that has the address, and of the line that opened it if that is known. */
    static SocketException addressInUse(NetworkImpl network, SocketAddress wanted) {
        SocketException failure = (SocketException)
                SystemError.ADDRESS_IN_USE.exception(network.config().personality());
        for (ListenerImpl listener : network.listeners()) {
            if (isTakenBy(listener.localAddress(), wanted)) {
                return NetworkNote.attach(failure, "the address belongs to " + listener + listener.origin());
            }
        }
        for (DatagramEndpointImpl endpoint : network.udpTable().all()) {
            if (isTakenBy(endpoint.localAddress(), wanted)) {
                return NetworkNote.attach(failure, "the address belongs to " + endpoint.origin());
            }
        }
        return failure;
    }

    private static boolean isTakenBy(SocketAddress bound, SocketAddress wanted) {
        if (!(bound instanceof InetSocketAddress inet) || !(wanted instanceof InetSocketAddress asked)) {
            return bound.equals(wanted);
        }
        boolean overlaps = inet.getAddress().isAnyLocalAddress()
                || asked.getAddress().isAnyLocalAddress()
                || inet.getAddress().equals(asked.getAddress());
        return overlaps && inet.getPort() == asked.getPort();
    }

    /** Notes the names that the network knows. */
    static UnknownHostException ofName(UnknownHostException failure, Collection<String> known) {
        return NetworkNote.attach(failure, "names in this network: " + list(known));
    }

    /** Notes what closed {@code socket}, and where, as far as the last events tell. */
    static <E extends Exception> E ofClosed(E failure, AbstractAwaitable socket) {
        CloseDetail detail = closeOf(socket);
        return detail == null ? failure : NetworkNote.attach(failure, socket.eventName() + " was closed" + detail);
    }

    private static @Nullable CloseDetail closeOf(AbstractAwaitable socket) {
        Event close = socket.network()
                .events()
                .latest(event -> event.subject() == socket
                        && (event.kind() == EventKind.CLOSE || event.kind() == EventKind.RESET)
                        && event.detail() instanceof CloseDetail);
        return close == null ? null : (CloseDetail) close.detail();
    }

    private static String list(Collection<String> texts) {
        String shown = texts.stream().limit(MOST).collect(Collectors.joining(", "));
        return texts.size() > MOST ? shown + " and " + (texts.size() - MOST) + " more" : shown;
    }
}
