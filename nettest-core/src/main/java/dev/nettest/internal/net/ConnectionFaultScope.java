package dev.nettest.internal.net;

import dev.nettest.Operation.Kind;
import dev.nettest.internal.event.EventKind;
import dev.nettest.internal.fault.Effect;
import dev.nettest.internal.fault.EndpointFaultScope;
import dev.nettest.internal.fault.FaultEvaluator;
import dev.nettest.internal.fault.FaultRegistry;
import dev.nettest.internal.fault.InstalledFault;
import dev.nettest.internal.fault.Verdict;
import dev.nettest.internal.stream.StreamEndpoint;
import java.net.SocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fault scope of one end of a connection. */
public final class ConnectionFaultScope extends EndpointFaultScope {

    private static final List<Kind> OPERATIONS = List.of(Kind.READ, Kind.WRITE, Kind.CLOSE);

    private final ConnectionImpl connection;

    ConnectionFaultScope(ConnectionImpl connection) {
        super(OPERATIONS);
        this.connection = connection;
    }

    /** Starts to evaluate the operations of {@code connection} that faults of wider scopes concern already. */
    static void installExistingFaults(ConnectionImpl connection) {
        if (mayFeelFaults(connection)) {
            connection.faultScope().installExistingFaults();
        }
    }

    /** The verdict on the close of {@code connection}, fired; null if no fault concerns it. */
    static @Nullable Verdict fireClose(ConnectionImpl connection) {
        return mayFeelFaults(connection) ? connection.faultScope().fireClose() : null;
    }

    /** The faults installed on {@code connection} itself; null if no caller has asked for them yet. */
    static @Nullable FaultRegistry knownFaults(ConnectionImpl connection) {
        ConnectionFaultScope scope = connection.knownFaultScope();
        return scope == null ? null : scope.knownFaults();
    }

    /** A connection without any fault needs no scope. */
    private static boolean mayFeelFaults(ConnectionImpl connection) {
        ListenerImpl listener = connection.addresses().listener();
        HostImpl host = connection.host();
        return connection.knownFaultScope() != null
                || !connection.network().faults().isEmpty()
                || (host != null && !host.faults().isEmpty())
                || (listener != null && !listener.faults().isEmpty());
    }

    @Override
    protected void addWiderScopes(List<FaultRegistry> scopes) {
        ListenerImpl listener = connection.addresses().listener();
        if (listener != null) {
            scopes.add(listener.faults());
        }
        HostImpl host = connection.host();
        if (host != null) {
            scopes.add(host.faults());
        }
        scopes.add(context().faults());
    }

    @Override
    protected void evaluate(Kind kind, FaultEvaluator evaluator) {
        StreamEndpoint endpoint = connection.endpoint();
        endpoint.lock();
        try {
            if (kind == Kind.READ) {
                endpoint.reader().evaluate(evaluator, context().timers());
            } else {
                endpoint.writer()
                        .evaluate(
                                evaluator,
                                connection.network().connectionTable().timeouts());
            }
        } finally {
            endpoint.leave();
        }
    }

    private @Nullable Verdict fireClose() {
        Verdict verdict = evaluateClose();
        if (verdict != null) {
            verdict.fire(this);
        }
        return verdict;
    }

    @Override
    public @Nullable String refusal(Kind kind, Effect effect) {
        return switch (kind) {
            case ACCEPT -> "a connection accepts nothing; install it on its listener";
            case SEND, RECEIVE -> "a connection carries no datagrams; install it on a datagram endpoint";
            default -> null;
        };
    }

    @Override
    public void checkInTime(Kind kind) {
        if (kind == Kind.CONNECT && !connection.endpoint().isConnecting()) {
            throw new IllegalStateException(
                    "a connect fault on a connection is installed before the handshake, in the connect hook; " + this
                            + " is established");
        }
    }

    @Override
    public NetworkImpl context() {
        return connection.network();
    }

    @Override
    public SocketAddress localAddress() {
        return connection.localAddress();
    }

    @Override
    public SocketAddress remoteAddress() {
        return connection.remoteAddress();
    }

    @Override
    public long rngKey() {
        return rngKey(connection);
    }

    /** The key of the random choices that concern {@code connection}. */
    static long rngKey(ConnectionImpl connection) {
        return connection.id() + 2;
    }

    @Override
    public void onFired(InstalledFault fault) {
        context().events().record(EventKind.FAULT, connection, 0, fault);
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
