package dev.nettest;

/** The extent of the {@link Trace} that a network records. */
public enum TraceLevel {

    /**
     * The last 256 events, and the surroundings of the first faults that fired. It is the default, and costs some
     * nanoseconds for each operation. It has no waits that ended well, and real times only if the operation was no
     * transfer.
     */
    LAST,

    /**
     * All events, up to 131,072, each with at most 64 bytes of its payload. If it is full, it keeps the end and the
     * surroundings of the first 32 faults.
     */
    ALL,

    /** Like {@link #ALL}, with all bytes of the payloads, up to 64 MiB in total. A capture needs it. */
    PAYLOADS
}
