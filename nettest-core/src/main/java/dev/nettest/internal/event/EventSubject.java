package dev.nettest.internal.event;

/** A socket, a host or a link, as the subject of events. */
public interface EventSubject {

    /** Identifies it among all runs with the same seed. */
    long eventId();

    /** Its addresses and hosts. */
    String eventName();
}
