package dev.nettest.internal.event;

/** The kinds of event. */
public enum EventKind {
    LISTEN(0),
    BIND(1),
    CONNECT(2),
    QUEUE(3),
    CONNECTED(4),
    ACCEPT(5),
    WRITE(6),
    READ(7),
    END_OF_STREAM(8),
    IN_FLIGHT(9),
    DELIVER(10),
    RETRANSMIT(11),
    SHUTDOWN_INPUT(12),
    SHUTDOWN_OUTPUT(13),
    CLOSE(14),
    RESET(15),
    SEND(16),
    DROP(17),
    FRAGMENT(18),
    DATAGRAM_DELIVER(19),
    RECEIVE(20),
    FAULT(21),
    FAIL(22),
    WAIT(23),
    WAIT_END(24),
    TIMEOUT(25),
    LINK(26),
    HOST(27);

    private static final EventKind[] BY_CODE = values();

    /** The index in {@link #BY_CODE}; the ring stores it. */
    private final int code;

    EventKind(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }

    static EventKind ofCode(int code) {
        return BY_CODE[code];
    }

    /** True if it sends bytes, which an event can keep. */
    public boolean hasPayload() {
        return this == WRITE || this == SEND;
    }

    /** True if each one can have its time, even if that is read from the clock of the system. */
    boolean isRare() {
        return switch (this) {
            case LISTEN, BIND, FAULT, FAIL, TIMEOUT, LINK, HOST -> true;
            default -> false;
        };
    }
}
