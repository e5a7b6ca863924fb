package dev.nettest.internal.net;

import dev.nettest.internal.net.DatagramLoss.Lost;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Durations;
import dev.nettest.internal.util.EscapedText;
import dev.nettest.internal.util.EventRing.Event;
import dev.nettest.internal.util.EventRing.Kind;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The last events of a network as text, one line each. On a virtual clock a line with the time precedes the events of
 * each instant.
 */
final class EventReport {

    /** Events shown in a failure. */
    private static final int SHOWN = 24;

    private final boolean timed;
    private final StringBuilder text = new StringBuilder();
    private long time = -1;

    private EventReport(boolean timed) {
        this.timed = timed;
    }

    /** The lines, each with a line break before it; empty if nothing has happened. */
    static String lines(NetworkImpl network) {
        List<Event> events = network.events().last();
        if (events.isEmpty()) {
            return "";
        }
        EventReport report = new EventReport(network.clock().isVirtual());
        report.text.append("\nlast events:");
        report.add(events);
        return report.text.toString();
    }

    private void add(List<Event> events) {
        for (int i = Math.max(0, events.size() - SHOWN); i < events.size(); i++) {
            Event event = events.get(i);
            if (timed && event.time() != time) {
                addTime(event.time());
            }
            text.append(timed ? "\n    #" : "\n  #")
                    .append(event.number())
                    .append(' ')
                    .append(event.subject().eventName())
                    .append(": ")
                    .append(describe(event));
            if (i + 1 < events.size() && isFate(event, events.get(i + 1))) {
                text.append(": ").append(events.get(++i).detail());
            }
        }
    }

    private void addTime(long now) {
        text.append("\n  at ").append(Durations.text(Duration.ofNanos(now)));
        if (time >= 0 && now > time) {
            text.append(", ")
                    .append(Durations.text(Duration.ofNanos(now - time)))
                    .append(" later");
        }
        time = now;
    }

    /** True if {@code next} says that the datagram of {@code event} was lost. */
    private static boolean isFate(Event event, Event next) {
        return event.kind() == Kind.SEND
                && next.kind() == Kind.DROP
                && event.subject() == next.subject()
                && next.detail() instanceof Lost lost
                && lost.target().equals(event.detail());
    }

    private static String describe(Event event) {
        StringBuilder line = new StringBuilder(name(event.kind()));
        if (event.count() > 1) {
            line.append(' ').append(event.count()).append(event.value() == 0 ? " times" : " x");
        }
        if (event.value() != 0) {
            line.append(' ').append(bytes(event.value()));
        }
        if (event.detail() instanceof SocketAddress target) {
            line.append(" to ").append(Addresses.text(target));
        } else if (event.detail() instanceof Lost lost) {
            line.append(" to ")
                    .append(Addresses.text(lost.target()))
                    .append(": ")
                    .append(lost);
        } else if (event.detail() != null) {
            line.append(event.detail());
        }
        if (!event.excerpt().isEmpty()) {
            line.append(' ').append(EscapedText.excerpt(event.excerpt(), event.value() * event.count()));
        }
        return line.toString();
    }

    static String name(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    static String bytes(long count) {
        return count + (count == 1 ? " byte" : " bytes");
    }

    /** Identifies a socket among all runs with the same seed. */
    static long id(AbstractAwaitable socket) {
        if (socket instanceof ConnectionImpl connection) {
            return connection.id();
        }
        return socket instanceof ListenerImpl listener
                ? listener.eventSubject()
                : DatagramEndpointImpl.FIRST_EVENT_SUBJECT - ((DatagramEndpointImpl) socket).port();
    }

    /** The addresses of a socket and their hosts. */
    static String name(AbstractAwaitable socket) {
        if (socket instanceof ConnectionImpl connection) {
            return named(connection.localAddress(), connection.host()) + " -> "
                    + named(connection.remoteAddress(), connection.peer().host());
        }
        return socket instanceof ListenerImpl listener
                ? named(listener.localAddress(), listener.host())
                : named(((DatagramEndpointImpl) socket).localAddress(), ((DatagramEndpointImpl) socket).host());
    }

    /** The address, and its host unless the address names it. */
    private static String named(SocketAddress address, @Nullable HostImpl host) {
        String text = Addresses.text(address);
        return host == null || host.isDefault() || text.contains(host.name()) ? text : text + " (" + host.name() + ")";
    }
}
