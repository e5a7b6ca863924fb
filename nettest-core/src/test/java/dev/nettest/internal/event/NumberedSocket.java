package dev.nettest.internal.event;

/** The subject of an event. */
record NumberedSocket(long eventId) implements EventSubject {
    @Override
    public String eventName() {
        return "socket " + eventId;
    }
}
