package dev.nettest.internal.diagram;

import dev.nettest.TraceEvent;
import dev.nettest.internal.util.Addresses;
import dev.nettest.internal.util.Durations;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** The parts of an event as words. */
public final class EventText {

    /** The components that every event has, and those that a reader sees in another form. */
    private static final Set<String> COMMON = Set.of("number", "time", "socket", "payload");

    private EventText() {}

    /** The kind of an event, such as {@code End of stream read}. */
    public static String kind(TraceEvent event) {
        String words = words(event.getClass().getSimpleName());
        return words.charAt(0) + words.substring(1).toLowerCase(Locale.ROOT);
    }

    /** The components that only some kinds of event have, such as {@code bytes 5, count 2}. */
    public static String details(TraceEvent event) {
        List<String> details = new ArrayList<>();
        EventProperties.of(event).forEach((name, value) -> {
            String text = value.equals(false) ? "" : text(value);
            if (!COMMON.contains(name) && !text.isEmpty()) {
                details.add(words(name).toLowerCase(Locale.ROOT) + " " + text);
            }
        });
        return String.join(", ", details);
    }

    /** An address, such as {@code 10.0.0.1:80}. */
    public static String address(SocketAddress address) {
        return Addresses.text(address);
    }

    private static String text(Object value) {
        if (value instanceof Duration duration) {
            return Durations.text(duration);
        }
        return value instanceof SocketAddress address ? address(address) : value.toString();
    }

    private static String words(String name) {
        return name.replaceAll("(?<=[a-z])(?=[A-Z])", " ");
    }
}
