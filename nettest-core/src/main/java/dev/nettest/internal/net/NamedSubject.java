package dev.nettest.internal.net;

import dev.nettest.internal.event.EventSubject;

/** A host or a link as the subject of an event. */
record NamedSubject(String eventName) implements EventSubject {

    @Override
    public long eventId() {
        return 0;
    }
}
