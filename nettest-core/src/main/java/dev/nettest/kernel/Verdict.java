package dev.nettest.kernel;

import org.jspecify.annotations.Nullable;

/**
 * What the faults have decided about one operation before it happens: immutable, made by a {@link Judge}, carried out by
 * an end or a backlog.
 *
 * @param effect what happens
 * @param amount for {@code DELAY} nanoseconds, for {@code SLICE} bytes, for {@code CORRUPT} the dice, for
 *     {@code DUPLICATE} and {@code REORDER} datagrams
 * @param limit bytes that the operation may still move before it is judged anew; {@link Long#MAX_VALUE} for any number
 * @param rejudgeAt the instant at which it is judged anew, or {@link Timers#NEVER}
 * @param afterBuffered whether it gives way to what is there already
 * @param source whose verdict it is; null for {@code PASS}
 */
public record Verdict(
        Effect effect,
        long amount,
        long limit,
        long rejudgeAt,
        boolean afterBuffered,
        @Nullable Source source) {

    /** The kinds of effect, as far as the kernel must tell them apart. */
    public enum Effect {
        /** The operation goes on as if nothing were declared. */
        PASS,
        /** Fails, ready at once; the source knows with what. */
        FAIL,
        /** Aborts both ends, ready at once. */
        RESET,
        /** End of stream from here on. */
        END,
        /** Is never ready. */
        STALL,
        /** Is ready a while after it could first proceed. */
        DELAY,
        /** Moves at most so many bytes. */
        SLICE,
        /** Inverts a bit of what it moves. */
        CORRUPT,
        /** The datagram is lost. */
        DROP,
        /** The datagram comes so many times more. */
        DUPLICATE,
        /** The datagram comes after the next so many. */
        REORDER
    }

    /** Whoever declared the fault; told each time it acts. Called under the lock: counts, and nothing else. */
    public interface Source {
        void fired();
    }

    /** The same, to be judged anew after {@code limit} bytes or at {@code rejudgeAt}. */
    public Verdict within(long limit, long rejudgeAt) {
        return new Verdict(effect, amount, limit, rejudgeAt, afterBuffered, source);
    }

    void fire() {
        if (source != null) {
            source.fired();
        }
    }
}
