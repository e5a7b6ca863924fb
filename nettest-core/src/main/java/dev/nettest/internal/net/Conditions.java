package dev.nettest.internal.net;

import dev.nettest.Readiness;
import dev.nettest.internal.sync.ReadyBits;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Maps a {@link Readiness} to its {@link ReadyBits} and to its name in a message. */
final class Conditions {

    private Conditions() {}

    static int bit(Readiness readiness) {
        return switch (readiness) {
            case READABLE -> ReadyBits.READABLE;
            case WRITABLE -> ReadyBits.WRITABLE;
            case ACCEPTABLE -> ReadyBits.ACCEPTABLE;
            case CLOSED -> ReadyBits.CLOSED;
            case PEER_CLOSED -> ReadyBits.PEER_CLOSED;
            case END_OF_STREAM -> ReadyBits.END_OF_STREAM;
            case DRAINED -> ReadyBits.DRAINED;
            case WRITE_BLOCKED -> ReadyBits.WRITE_BLOCKED;
        };
    }

    /** Completes the message "still waiting for the connection to be". */
    static String adjective(Readiness readiness) {
        return switch (readiness) {
            case READABLE -> "readable";
            case WRITABLE -> "writable";
            case ACCEPTABLE -> "acceptable";
            case CLOSED -> "closed";
            case PEER_CLOSED -> "closed by its peer";
            case END_OF_STREAM -> "at the end of its stream";
            case DRAINED -> "drained by its peer";
            case WRITE_BLOCKED -> "blocked in a write";
        };
    }

    static boolean isOfListener(Readiness readiness) {
        return switch (readiness) {
            case ACCEPTABLE, CLOSED -> true;
            default -> false;
        };
    }

    /**
     * The bits of several conditions.
     *
     * @param checked gives the bit of one condition, or refuses it
     * @throws IllegalArgumentException if there are none
     */
    static int mask(Set<Readiness> ops, ToIntFunction<Readiness> checked) {
        int mask = 0;
        for (Readiness op : ops) {
            mask |= checked.applyAsInt(op);
        }
        if (mask == 0) {
            throw new IllegalArgumentException("ops is empty");
        }
        return mask;
    }
}
