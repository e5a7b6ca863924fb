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
    /** The operation is never ready. */
    STALL,
    /** The operation is ready some time after it could first proceed. */
    DELAY,
    /** The operation moves a limited number of bytes. */
    SLICE,
    /** One bit of the moved bytes is inverted. */
    CORRUPT,
    /** The datagram is lost. */
    DROP,
    /** The datagram arrives more than once. */
    DUPLICATE,
    /** Later datagrams overtake this one. */
    REORDER;

    /** {@link #FAIL} for the four effects that throw; otherwise this effect. */
    Effect toVerdict() {
        return switch (this) {
            case REFUSE, UNREACHABLE, TIMEOUT -> FAIL;
            default -> this;
        };
    }
}
