package dev.nettest.internal.event;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Records the events of a network. Any thread may call it, perhaps under a lock of the subject. */
public interface EventRecorder {

    /** Records an event. */
    void record(EventKind kind, EventSubject subject, long value, @Nullable Object detail);

    /** Records a transfer of {@code value} bytes, which begin in {@code bytes} at the index {@code from}. */
    void record(EventKind kind, EventSubject subject, long value, @Nullable Object detail, ByteBuffer bytes, int from);

    /** True if it keeps all events, so that those which cost the fast path something are recorded too. */
    boolean isComplete();

    /** The events that it has, oldest first. */
    List<Event> events();

    /** The latest event for which {@code condition} holds; null for none. */
    @Nullable
    Event latest(Predicate<? super Event> condition);

    /** The number of events that it had and has not kept. */
    long omitted();
}
