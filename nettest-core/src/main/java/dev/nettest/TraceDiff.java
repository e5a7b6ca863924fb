package dev.nettest;

import dev.nettest.internal.diff.Comparison;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The first difference of two traces. Immutable.
 *
 * <pre>{@code
 * Trace first = network.trace(); // of one run
 * Trace second = network.trace(); // of another run
 * assertThat(TraceDiff.between(first, second)).hasToString("no difference");
 * }</pre>
 *
 * <p>Sockets are paired first: by id and addresses, then by addresses, then by hosts and the address of the server.
 * Equal ones are paired in order. So the port of a client may differ. The bytes that a pair wrote and read are compared
 * at their offsets in the stream: two writes of five bytes equal one of ten. Faults, failures, half closes, lost
 * datagrams and timeouts count, at the same offset. States of a socket, and changes of a link or a host, are compared
 * in order, datagrams one by one.
 *
 * <p>Waits that ended well and the segments of links are not compared: they depend on the interleaving of threads, and
 * on time. Bytes are compared as far as both traces have them, see {@link TraceLevel}; of the others only the number.
 */
@SuppressWarnings("exports") // JSpecify is optional
public final class TraceDiff {

    private final Comparison.@Nullable Result result;

    /** Further properties to compare. */
    public enum Option {

        /** The time of each event, for networks on a virtual clock. */
        TIMES,

        /** The size of each read and write, and the order of all events of a socket, its reads and writes included. */
        OPERATIONS
    }

    private TraceDiff(Comparison.@Nullable Result result) {
        this.result = result;
    }

    /**
     * Compares two traces.
     *
     * @throws IllegalArgumentException if events are missing in a trace, because offsets are unknown then; record it
     *     with {@link TraceLevel#ALL}
     */
    public static TraceDiff between(Trace first, Trace second, Option... options) {
        Set<Option> given = EnumSet.noneOf(Option.class);
        given.addAll(List.of(Objects.requireNonNull(options, "options")));
        Comparison comparison =
                new Comparison(first, second, given.contains(Option.TIMES), given.contains(Option.OPERATIONS));
        return new TraceDiff(comparison.compare());
    }

    /** True if the traces are equal. */
    public boolean isEmpty() {
        return result == null;
    }

    /** The event of the first trace that differs; empty without a difference, and if the socket has no more events. */
    public Optional<TraceEvent> first() {
        return Optional.ofNullable(result == null ? null : result.first());
    }

    /** The event of the second trace that differs; empty without a difference, and if the socket has no more events. */
    public Optional<TraceEvent> second() {
        return Optional.ofNullable(result == null ? null : result.second());
    }

    /**
     * The socket, the offset in the stream, the last equal events, and the event of each trace. If bytes differ, those
     * around the first different one follow as text and in hexadecimal digits. {@code "no difference"} if the traces
     * are equal.
     */
    @Override
    public String toString() {
        return result == null ? "no difference" : result.text();
    }
}
