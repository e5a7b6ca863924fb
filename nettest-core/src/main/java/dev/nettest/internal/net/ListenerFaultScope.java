package dev.nettest.internal.net;

import dev.nettest.Operation.Kind;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.EndpointFaultScope;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.stream.AcceptQueue;
import dev.nettest.internal.util.Seeds;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fault scope of a listener and of the connections that it accepts. */
final class ListenerFaultScope extends EndpointFaultScope {

    private static final List<Kind> OPERATIONS = List.of(Kind.ACCEPT);

    private final ListenerImpl listener;

    ListenerFaultScope(ListenerImpl listener) {
        super(OPERATIONS);
        this.listener = listener;
    }

    @Override
    protected void addWiderScopes(List<FaultRegistry> scopes) {
        scopes.add(listener.host().faults());
        scopes.add(context().faults());
    }

    @Override
    protected void evaluate(Kind kind, FaultEvaluator evaluator) {
        AcceptQueue<ConnectionImpl> queue = listener.acceptQueue();
        queue.lock();
        try {
            queue.evaluate(evaluator);
        } finally {
            queue.leave();
        }
    }

    @Override
    public void reevaluate(Kind kind) {
        super.reevaluate(kind);
        for (ConnectionImpl connection : context().connectionTable().all()) {
            if (connection.addresses().listener() == listener) {
                connection.faultScope().reevaluate(kind);
            }
        }
    }

    @Override
    public @Nullable String refusal(Kind kind, Effect effect) {
        return kind == Kind.SEND || kind == Kind.RECEIVE
                ? "a listener gets no datagrams; install it on a datagram endpoint"
                : null;
    }

    @Override
    public NetworkImpl context() {
        return listener.network();
    }

    @Override
    public long rngKey() {
        return Seeds.seed(listener.place().hashCode());
    }

    @Override
    public SocketAddress localAddress() {
        return listener.localAddress();
    }

    /** The listener's own address: the peer of the next connection is not known yet. */
    @Override
    public SocketAddress remoteAddress() {
        return listener.localAddress();
    }

    @Override
    public void onFired(InstalledFault fault) {
        context().events().record(EventKind.FAULT, listener, 0, fault);
    }

    @Override
    public String toString() {
        return listener.toString();
    }
}
