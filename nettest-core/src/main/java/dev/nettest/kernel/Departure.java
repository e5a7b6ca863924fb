package dev.nettest.kernel;

import java.util.List;

/**
 * What becomes of a datagram that is to be sent.
 *
 * @param outcome 0, or the {@link Outcome} in place of which nothing is sent
 * @param copies how often it goes out; 0 for lost
 * @param corrupts whether a bit of it is inverted, by {@code dice}
 * @param dice which bit
 * @param after how many others go out before it; it is to be {@linkplain DatagramQueue#hold held} for so long
 * @param released what was held and goes out after it
 */
public record Departure(int outcome, int copies, boolean corrupts, long dice, long after, List<Runnable> released) {

    /** Goes out once, as it is. */
    public static final Departure PLAIN = new Departure(0, 1, false, 0, 0, List.of());

    static final Departure LOST = new Departure(0, 0, false, 0, 0, List.of());
    static final Departure CLOSED = failed(Outcome.CLOSED);
    static final Departure BLOCKED = failed(Outcome.BLOCKED);
    static final Departure UNREACHABLE = failed(Outcome.UNREACHABLE);

    static Departure failed(int outcome) {
        return new Departure(outcome, 0, false, 0, 0, List.of());
    }

    /** The same, with a bit inverted on its way. */
    public Departure corruptedBy(long dice) {
        return new Departure(outcome, copies, true, dice, after, released);
    }
}
