package dev.nettest;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A change to one operation: an effect, and a trigger that says to which of its occurrences. Immutable; each trigger method
 * returns a new fault. Install it with {@link Faults}.
 *
 * <pre>{@code
 * listener.faults().read(Fault.reset().afterBytes(1024));
 * listener.faults().accept(Fault.failWith(() -> new SocketException("Too many open files")).first(2));
 * }</pre>
 *
 * <p>Without a trigger it acts on every operation. Triggers combine: {@link #afterBytes}, {@link #after} and {@link #matching} say which
 * operations are considered; {@link #nth}, {@link #every} and {@link #withProbability} choose among those; {@link #once} and
 * {@link #first} end it after so many that were chosen. Operations, bytes and dice are counted for each end on its own, from
 * when the fault met it: when it was installed, or when the end came to be.
 *
 * <p>Where an effect fails as the operating system would, it does so in the words of the {@link Personality} of the network in which it
 * acts; those of Linux are given here.
 *
 * <p>A fault acts before the operation: one that fails makes the end ready at once, also for a caller that is blocked
 * already. An attempt that would wait is no operation and consumes nothing; neither does a read or write of no bytes.
 */
public final class Fault {

    enum Effect {
        FAIL,
        REFUSE,
        UNREACHABLE,
        TIMEOUT,
        RESET,
        END_OF_STREAM,
        STALL,
        DELAY,
        SLICE,
        CORRUPT,
        DROP,
        DUPLICATE,
        REORDER
    }

    private final Effect effect;
    private final String name;
    private final @Nullable Supplier<? extends Exception> failure;
    private final long amount;
    private final Trigger trigger;

    private Fault(
            Effect effect, String name, @Nullable Supplier<? extends Exception> failure, long amount, Trigger trigger) {
        this.effect = effect;
        this.name = name;
        this.failure = failure;
        this.amount = amount;
        this.trigger = trigger;
    }

    private static Fault of(Effect effect, String name, long amount) {
        return new Fault(effect, name, null, amount, Trigger.ALWAYS);
    }

    // ---- effects

    /**
     * The operation throws {@code exception}, this very instance each time.
     *
     * @throws IllegalArgumentException if it is checked and no {@code IOException}, which no operation could throw
     */
    public static Fault failWith(Exception exception) {
        if (!(exception instanceof IOException) && !(exception instanceof RuntimeException)) {
            throw new IllegalArgumentException(
                    "network operations throw an IOException or an unchecked exception, not a "
                            + exception.getClass().getName());
        }
        String name = "failWith(" + exception + ")";
        return new Fault(Effect.FAIL, name, () -> exception, 0, Trigger.ALWAYS);
    }

    /** The operation throws what {@code exception} makes, asked each time, outside every lock. */
    public static Fault failWith(Supplier<? extends Exception> exception) {
        return new Fault(
                Effect.FAIL, "failWith(...)", Objects.requireNonNull(exception, "exception"), 0, Trigger.ALWAYS);
    }

    /**
     * An RST each way: both ends are aborted. A read or write says so at once and drops what was buffered at its end; the peer
     * reads what it has and then meets the reset. An accept hands over a connection that was reset. A close resets instead of
     * sending FIN. A connect fails with {@code Connection reset}.
     */
    public static Fault reset() {
        return of(Effect.RESET, "reset()", 0);
    }

    /** The read, and every one after it, gives end of stream. */
    public static Fault endOfStream() {
        return of(Effect.END_OF_STREAM, "endOfStream()", 0);
    }

    /** The connect fails with {@code ConnectException: Connection refused}. */
    public static Fault refuse() {
        return of(Effect.REFUSE, "refuse()", 0);
    }

    /** The operation fails with {@code NoRouteToHostException: No route to host}. */
    public static Fault unreachable() {
        return of(Effect.UNREACHABLE, "unreachable()", 0);
    }

    /**
     * The operation fails as if its time were up, without waiting: {@code SocketTimeoutException} with {@code Read timed out},
     * {@code Write timed out}, {@code Accept timed out}, {@code Connect timed out}, {@code Receive timed out} or {@code Send timed out}.
     */
    public static Fault timeout() {
        return of(Effect.TIMEOUT, "timeout()", 0);
    }

    /** The operation never completes; it ends by a timeout of the caller's, an interrupt, or a close. */
    public static Fault stall() {
        return of(Effect.STALL, "stall()", 0);
    }

    /**
     * The operation is ready {@code delay} after it could first proceed, on the network's clock. A close returns at once and the
     * peer learns of it {@code delay} later.
     *
     * @throws IllegalArgumentException if {@code delay} is negative
     */
    public static Fault delayed(Duration delay) {
        return of(Effect.DELAY, "delayed(" + delay + ")", Checks.nanos(delay, "delay"));
    }

    /**
     * The operation moves at most {@code bytes}: a read is short, a {@code tryWrite} too; a blocking write goes on in pieces.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    public static Fault slice(int bytes) {
        return of(Effect.SLICE, "slice(" + bytes + ")", Checks.positive(bytes, "slice"));
    }

    /** One bit of what the operation moves is inverted; the network's seed says which. */
    public static Fault corrupt() {
        return of(Effect.CORRUPT, "corrupt()", 0);
    }

    /** The datagram is lost: a send says that it went, a receive never sees it. */
    public static Fault drop() {
        return of(Effect.DROP, "drop()", 0);
    }

    /**
     * The datagram comes {@code times} more than once. The copies of one that is received are received as it was, and no fault is asked
     * about them again.
     *
     * @throws IllegalArgumentException if {@code times} is less than 1
     */
    public static Fault duplicate(int times) {
        return of(Effect.DUPLICATE, "duplicate(" + times + ")", Checks.positive(times, "duplicate"));
    }

    /**
     * The datagram comes after the next {@code count} that the same endpoint sends, or receives. One that waits to be sent when the
     * endpoint closes goes out then.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    public static Fault reorder(int count) {
        return of(Effect.REORDER, "reorder(" + count + ")", Checks.positive(count, "reorder"));
    }

    // ---- triggers

    /** Acts once: {@code first(1)}. */
    public Fault once() {
        return with(trigger.first(1), ".once()");
    }

    /**
     * Acts on the first {@code count} of the operations that the other triggers choose and that no other fault wins.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    public Fault first(long count) {
        return with(trigger.first(Checks.positive(count, "first")), ".first(" + count + ")");
    }

    /**
     * Acts on operation {@code number} alone, from 1.
     *
     * @throws IllegalArgumentException if {@code number} is less than 1
     */
    public Fault nth(long number) {
        return with(trigger.nth(Checks.positive(number, "nth")), ".nth(" + number + ")");
    }

    /**
     * Acts on operations {@code count}, {@code 2 * count} and so on.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    public Fault every(long count) {
        return with(trigger.every(Checks.positive(count, "every")), ".every(" + count + ")");
    }

    /**
     * Acts once {@code bytes} were read, or accepted from a writer; exactly: the operation that would pass them is cut there,
     * except that a datagram is never cut.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    public Fault afterBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("afterBytes is negative: " + bytes);
        }
        return with(trigger.afterBytes(bytes), ".afterBytes(" + bytes + ")");
    }

    /**
     * Acts once {@code duration} has passed on the network's clock, since the fault met the end.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     */
    public Fault after(Duration duration) {
        return with(trigger.after(Checks.nanos(duration, "duration")), ".after(" + duration + ")");
    }

    /**
     * Acts on operations that {@code predicate} accepts. It is asked once for each, before the operation, outside every lock;
     * it must not wait. If it throws, the operation fails with that.
     */
    public Fault matching(Predicate<? super Operation> predicate) {
        return with(trigger.matching(Objects.requireNonNull(predicate, "predicate")), ".matching(...)");
    }

    /**
     * Acts with this probability, by dice from the network's seed. Such a fault is {@linkplain #optional() optional}.
     *
     * @throws IllegalArgumentException if {@code probability} is not between 0 and 1
     */
    public Fault withProbability(double probability) {
        if (!(probability >= 0 && probability <= 1)) {
            throw new IllegalArgumentException("probability must be between 0 and 1: " + probability);
        }
        return with(trigger.withProbability(probability), ".withProbability(" + probability + ")");
    }

    /**
     * Gives way to what is there already: a read gives buffered bytes, the latch's error and end of stream first, an accept
     * the queued connections.
     */
    public Fault afterBuffered() {
        return with(trigger.giveWay(), ".afterBuffered()");
    }

    /** It is no failure of the test if this fault never acts. */
    public Fault optional() {
        return with(trigger.madeOptional(), ".optional()");
    }

    private Fault with(Trigger changed, String call) {
        return new Fault(effect, name + call, failure, amount, changed);
    }

    boolean rollsDice() {
        return effect == Effect.CORRUPT || trigger.probability() < 1;
    }

    Effect effect() {
        return effect;
    }

    long amount() {
        return amount;
    }

    Trigger trigger() {
        return trigger;
    }

    @Nullable
    Supplier<? extends Exception> failure() {
        return failure;
    }

    /** The calls that make this fault. */
    @Override
    public String toString() {
        return name;
    }
}
