package dev.nettest.internal.net;

import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.net.CloseDetail.Cause;
import dev.nettest.internal.stream.StreamEndpoint;
import dev.nettest.internal.sync.Callbacks;
import dev.nettest.internal.sync.DialGate;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/** The state of a host, and the changes that follow from it in everything on the host. */
final class HostState {

    private enum State {
        UP("up", true, false),
        PAUSED("paused", true, true),
        CRASHED("crashed", false, false),
        SILENT("crashed silently", false, true);

        final String text;
        final boolean up;
        final boolean unreachable;

        State(String text, boolean up, boolean unreachable) {
            this.text = text;
            this.up = up;
            this.unreachable = unreachable;
        }
    }

    private final HostImpl host;
    private volatile State state = State.UP; // written only by change()
    private final DialGate dialGate = new DialGate();
    private final EgressQueue egress = new EgressQueue();
    private final AtomicLong crashes = new AtomicLong();

    /** Held during a transition with all its consequences, and while something is bound on the host. */
    private final ReentrantLock changing = new ReentrantLock();

    HostState(HostImpl host) {
        this.host = host;
    }

    /** Runs {@code work} before or after each transition, never during one. The callbacks that it wakes come after. */
    <T, E extends Exception> T exclusively(Callbacks.Call<T, E> work) throws E {
        return Callbacks.callNested(() -> {
            changing.lock();
            try {
                return work.call();
            } finally {
                changing.unlock();
            }
        });
    }

    /** Carries out one of the transitions below, with all its consequences. */
    void change(Runnable transition) {
        exclusively(() -> {
            transition.run();
            return this;
        });
    }

    // ---- transitions

    /** @param closing how the peers of open connections are told */
    void crash(StreamEndpoint.Closing closing) {
        if (goDown(State.CRASHED)) {
            closeListeners();
            releaseClaims();
            host.ends().forEach(end -> end.teardown().crash(closing));
            closeDatagramEndpoints();
            syncAll();
        }
    }

    void crashSilently() {
        if (goDown(State.SILENT)) {
            dropConnections();
            syncAll();
            closeListeners();
            releaseClaims();
            dropConnections(); // again, for those accepted meanwhile
            closeDatagramEndpoints();
        }
    }

    void restart() {
        crash(StreamEndpoint.Closing.CHANNEL);
        egress.clear(); // of datagrams sent during the crash
        change(State.UP, State.CRASHED, State.SILENT);
        syncAll();
    }

    void pause() {
        if (!change(State.PAUSED, State.UP, State.PAUSED)) {
            throw new IllegalStateException(
                    "host " + host.name() + " has crashed; there is nothing to pause before its restart");
        }
        syncAll();
    }

    void resume() {
        if (change(State.UP, State.PAUSED)) {
            syncAll();
        }
    }

    private boolean goDown(State next) {
        boolean changed = change(next, State.UP, State.PAUSED);
        if (changed) {
            crashes.incrementAndGet();
        }
        return changed;
    }

    /** Changes to {@code next} if it is in a state of {@code from}; true if so. */
    private synchronized boolean change(State next, State... from) {
        boolean changes = List.of(from).contains(state);
        if (changes && state != next) {
            state = next;
            host.network().events().record(EventKind.HOST, new NamedSubject(host.name()), 0, next.text);
        }
        return changes;
    }

    // ---- consequences

    private void releaseClaims() {
        host.network().bindTable().releaseClaims(host);
    }

    private void dropConnections() {
        host.ends().forEach(end -> end.teardown().dropSilently());
    }

    private void closeListeners() {
        host.listeners().forEach(listener -> listener.closeForOwner(Cause.CRASH));
    }

    private void closeDatagramEndpoints() {
        host.endpoints().forEach(endpoint -> endpoint.closeForOwner(Cause.CRASH));
        egress.clear();
    }

    /** Passes the current state on to everything that depends on it. */
    private void syncAll() {
        StateSync.sync(this::isUnreachable, dialGate::setClosed);
        host.endpoints().forEach(endpoint -> endpoint.ingress().syncWithHost());
        StateSync.sync(this::isUnreachable, this::hold);
        host.listeners().forEach(ListenerImpl::syncWithHost);
        host.ends().forEach(end -> end.addresses().route().syncWithHosts());
    }

    private void hold(boolean unreachable) {
        if (unreachable) {
            egress.close();
        } else {
            egress.open();
        }
    }

    // ---- queries

    boolean isUp() {
        return state.up;
    }

    boolean isPaused() {
        return state == State.PAUSED;
    }

    boolean isSilent() {
        return state == State.SILENT;
    }

    boolean isUnreachable() {
        return state.unreachable;
    }

    /** The number of crashes so far. A binding made before a crash is gone after it. */
    long crashes() {
        return crashes.get();
    }

    /** Holds the datagrams that the host sends while it is unreachable. */
    EgressQueue egress() {
        return egress;
    }

    /** Closed while the host is unreachable, so that connect attempts wait. */
    DialGate dialGate() {
        return dialGate;
    }

    /** {@code up}, {@code paused}, {@code crashed} or {@code crashed silently}. */
    @Override
    public String toString() {
        return state.text;
    }
}
