package dev.nettest.internal.fault;

/** The effect of a fault on one operation. */
public enum Effect {
    /** No fault acts. Only a {@link Verdict} has this effect. */
    PASS,
    /** The operation fails at once. */
    FAIL,
    /** {@link #FAIL} with "connection refused". */
    REFUSE,
    /** {@link #FAIL} with "host unreachable". */
    UNREACHABLE,
    /** {@link #FAIL} with a timeout. */
    TIMEOUT,
    /** Both ends are reset at once. */
    RESET,
    /** The stream ends here. */
    END_OF_STREAM,
    /** The writer sends FIN instead of the bytes. */
    HALF_CLOSE,
    /** The bytes, and all later segments of the writer, never arrive. */
    SILENCE,
    /** The operation is never ready. */
    STALL,
    /** The operation is ready some time after it could first proceed. */
    DELAY,
    /** The operation moves a limited number of bytes. */
    SLICE,
    /** The bytes move at a limited number in each period. */
    DRIP,
    /** One bit of the moved bytes is inverted. */
    CORRUPT,
    /** The datagram is lost. */
    DROP,
    /** The datagram arrives more than once. */
    DUPLICATE,
    /** Later datagrams overtake this one. */
    REORDER;

    /** The aspects of an operation. The first fault of each aspect acts. */
    enum Aspect {
        /** The moment from which the operation can proceed. */
        TIME,
        /** The number of bytes that it moves. */
        AMOUNT,
        /** The bytes themselves. */
        CONTENT,
        /** Everything else: whether the operation succeeds, and what becomes of the connection or datagram. */
        RESULT
    }

    Aspect aspect() {
        return switch (this) {
            case DELAY -> Aspect.TIME;
            case SLICE, DRIP -> Aspect.AMOUNT;
            case CORRUPT -> Aspect.CONTENT;
            default -> Aspect.RESULT;
        };
    }

    /** True if a read or write ends at once, and moves no bytes. */
    public boolean replacesBytes() {
        return this == FAIL || this == RESET || this == END_OF_STREAM || this == HALF_CLOSE;
    }

    /** True if the operation still moves its bytes, so that a fault can change them too. */
    boolean movesBytes() {
        return this == PASS || this == DUPLICATE || this == REORDER || this == SILENCE;
    }

    /** {@link #FAIL} for the four effects that throw; otherwise this effect. */
    Effect toVerdict() {
        return switch (this) {
            case REFUSE, UNREACHABLE, TIMEOUT -> FAIL;
            default -> this;
        };
    }
}
