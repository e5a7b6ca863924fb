package dev.nettest.internal.datagram;

import dev.nettest.internal.sync.Outcome;
import java.util.List;

/**
 * The decision about a datagram that is to be sent.
 *
 * @param outcome 0, or the {@link Outcome} if nothing is sent
 * @param copies the number of times it is sent; 0 if it is lost
 * @param corrupts true if one bit is inverted
 * @param random the random bits that choose the inverted bit
 * @param after the number of later datagrams to {@linkplain DatagramSocketQueue#hold hold} it for; 0 to send it now
 * @param released held datagrams that are sent after it
 */
public record SendVerdict(int outcome, int copies, boolean corrupts, long random, long after, List<Runnable> released) {

    /** Sent once, unchanged. */
    public static final SendVerdict PLAIN = new SendVerdict(0, 1, false, 0, 0, List.of());

    static final SendVerdict LOST = new SendVerdict(0, 0, false, 0, 0, List.of());
    static final SendVerdict CLOSED = failed(Outcome.CLOSED);
    static final SendVerdict BLOCKED = failed(Outcome.BLOCKED);
    static final SendVerdict UNREACHABLE = failed(Outcome.UNREACHABLE);

    static SendVerdict failed(int outcome) {
        return new SendVerdict(outcome, 0, false, 0, 0, List.of());
    }

    static SendVerdict sent(int copies, List<Runnable> released) {
        return copies == 1 && released.isEmpty() ? PLAIN : new SendVerdict(0, copies, false, 0, 0, released);
    }

    static SendVerdict heldFor(long distance, List<Runnable> released) {
        return new SendVerdict(0, 1, false, 0, distance, released);
    }

    /** The decision about the datagram itself, when it is sent after it was held. */
    public SendVerdict alone() {
        return new SendVerdict(0, 1, corrupts, random, 0, List.of());
    }

    /** The same decision, with one bit inverted in transit. */
    public SendVerdict corruptedBy(long random) {
        return new SendVerdict(outcome, copies, true, random, after, released);
    }
}
