package dev.nettest;

import dev.nettest.internal.fault.FaultSpec;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * A change to one operation: an effect, and triggers that select its occurrences. Immutable; each trigger method
 * returns a new fault. Install it with {@link Faults}.
 *
 * <pre>{@code
 * listener.faults().read(Fault.reset().afterBytes(1024));
 * listener.faults().accept(Fault.failWith(() -> new SocketException("Too many open files")).first(2));
 * }</pre>
 *
 * <p>Without a trigger a fault fires on every operation. Triggers combine in three steps. {@link #afterBytes},
 * {@link #after} and {@link #matching} select the considered operations. {@link #nth}, {@link #every} and
 * {@link #withProbability} choose among those. {@link #once} and {@link #first} limit the number of chosen operations.
 * Operations and bytes are counted per end, and each end has its own random generator. Counting starts when the fault
 * is installed or, if that is later, when the end is made.
 *
 * <p>An effect that imitates an operating system error has the text of the network's {@link Personality}. The texts of
 * Linux are given here.
 *
 * <p>A fault acts on readiness, before the operation: a fault that fails makes the end ready at once, and ends a
 * blocked call. An attempt that would wait, and a read or write of zero bytes, is not an operation and is not counted.
 */
public sealed interface Fault permits FaultSpec {

    // ---- effects

    /**
     * The operation throws {@code exception}, the same instance each time.
     *
     * @throws IllegalArgumentException if the exception is checked and not an {@code IOException}, so that no operation
     *     could throw it
     */
    static Fault failWith(Exception exception) {
        return FaultSpec.failWith(exception);
    }

    /** The operation throws a new exception of the supplier, which is called outside every lock. */
    static Fault failWith(Supplier<? extends Exception> exception) {
        return FaultSpec.failWith(exception);
    }

    /**
     * An RST in both directions. A read or write fails at once and discards the bytes buffered at its end; the peer
     * reads its buffered bytes and then the reset. An accept returns a connection that was reset. A close sends RST
     * instead of FIN. A connect fails with {@code Connection reset}.
     */
    static Fault reset() {
        return FaultSpec.reset();
    }

    /** The read and all later reads return end of stream. */
    static Fault endOfStream() {
        return FaultSpec.endOfStream();
    }

    /** The connect fails with {@code ConnectException: Connection refused}. */
    static Fault refuse() {
        return FaultSpec.refuse();
    }

    /** The operation fails with {@code NoRouteToHostException: No route to host}. */
    static Fault unreachable() {
        return FaultSpec.unreachable();
    }

    /**
     * The operation fails like after a timeout, without waiting: {@code SocketTimeoutException} with
     * {@code Read timed out}, {@code Write timed out}, {@code Accept timed out}, {@code Connect timed out},
     * {@code Receive timed out} or {@code Send timed out}.
     */
    static Fault timeout() {
        return FaultSpec.timeout();
    }

    /**
     * The operation does not complete. It ends by the caller's timeout, an interrupt or a close of its own end. A read
     * or write also ends like a blocked one of the kernel: if the peer resets, and if it closes. A FIN behind stalled
     * bytes does not end a read.
     */
    static Fault stall() {
        return FaultSpec.stall();
    }

    /**
     * The operation is ready {@code delay} after it could first proceed, on the network's clock. A close returns at
     * once, and its FIN or RST is sent {@code delay} later.
     *
     * @throws IllegalArgumentException if {@code delay} is negative
     */
    static Fault delayed(Duration delay) {
        return FaultSpec.delayed(delay);
    }

    /**
     * The operation moves at most {@code bytes}: a read or {@code tryWrite} is short, a blocking write continues in
     * pieces.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1
     */
    static Fault slice(int bytes) {
        return FaultSpec.slice(bytes);
    }

    /**
     * Bytes move at a fixed pace: the first {@code bytes} as soon as they could, and as many again in each
     * {@code period}, on the network's clock. A period starts with its first byte; time in which nothing moves is not
     * made up for. Reads are short, a {@code tryWrite} too, and a blocking write continues period by period. So a
     * reader's timeout for each read may never elapse although the message never completes.
     *
     * @throws IllegalArgumentException if {@code bytes} is less than 1, or {@code period} is zero or negative
     */
    static Fault drip(int bytes, Duration period) {
        return FaultSpec.drip(bytes, period);
    }

    /**
     * A FIN instead of the bytes: the peer reads the bytes written before and then end of stream. The write fails, and
     * so do all later ones, like after {@code shutdownOutput}: {@code Broken pipe}, on a channel
     * {@code AsynchronousCloseException}. The other direction stays open.
     */
    static Fault halfClose() {
        return FaultSpec.halfClose();
    }

    /**
     * The bytes and everything behind them never arrive, not even FIN or RST. The peer reads the bytes written before
     * and then waits. Writes succeed while the peer's buffer has free space, then wait. The writer times out 924.6 s
     * after its first lost byte ({@code tcp_retries2} of Linux), like in a {@linkplain LinkDirection#partition
     * partition} that is never repaired.
     */
    static Fault silence() {
        return FaultSpec.silence();
    }

    /** The operation inverts one bit of its bytes; the network's seed selects the bit. */
    static Fault corrupt() {
        return FaultSpec.corrupt();
    }

    /** The datagram is lost: a send succeeds, a receive never sees it. */
    static Fault drop() {
        return FaultSpec.drop();
    }

    /**
     * The datagram arrives {@code times} more than once. Copies of a received datagram are delivered without asking the
     * faults again.
     *
     * @throws IllegalArgumentException if {@code times} is less than 1
     */
    static Fault duplicate(int times) {
        return FaultSpec.duplicate(times);
    }

    /**
     * The datagram follows the next {@code count} datagrams that the same endpoint sends or receives. A close sends the
     * waiting datagrams.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    static Fault reorder(int count) {
        return FaultSpec.reorder(count);
    }

    // ---- triggers

    /** Fires once: {@code first(1)}. */
    Fault once();

    /**
     * Fires on the first {@code count} operations that the other triggers choose and that no other fault wins.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    Fault first(long count);

    /**
     * Fires only on operation {@code number}, counted from 1.
     *
     * @throws IllegalArgumentException if {@code number} is less than 1
     */
    Fault nth(long number);

    /**
     * Fires on operations {@code count}, {@code 2 * count} and so on.
     *
     * @throws IllegalArgumentException if {@code count} is less than 1
     */
    Fault every(long count);

    /**
     * Fires after {@code bytes} were read or written. The count is exact: an operation that would pass it is cut there.
     * A datagram is never cut.
     *
     * @throws IllegalArgumentException if {@code bytes} is negative
     */
    Fault afterBytes(long bytes);

    /**
     * Fires after {@code duration} on the network's clock, from the start of counting.
     *
     * @throws IllegalArgumentException if {@code duration} is negative
     */
    Fault after(Duration duration);

    /**
     * Fires on operations that {@code predicate} accepts. It is called once per operation, outside every lock, and must
     * not wait. The call comes as soon as the preceding operation has completed: a fault acts on readiness, not on
     * attempts. So a predicate that asks for the state of the test decides one operation ahead. If it throws, the
     * operation fails with that exception. For a datagram it is called when the length is known: when the program
     * sends, or when a datagram to receive has arrived.
     */
    Fault matching(Predicate<? super Operation> predicate);

    /**
     * Fires with this probability, from the network's seed. Such a fault is {@linkplain #optional() optional}.
     *
     * @throws IllegalArgumentException if {@code probability} is not between 0 and 1
     */
    Fault withProbability(double probability);

    /**
     * Fires after the buffered input: a read first returns the buffered bytes, a pending error and end of stream, an
     * accept the queued connections.
     */
    Fault afterBuffered();

    /** The check at the end of the test accepts that this fault never fires. */
    Fault optional();
}
