package dev.nettest.internal.fault;

import dev.nettest.Operation.Kind;
import dev.nettest.Personality;
import dev.nettest.internal.sync.Timers;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

/** The faults of one mechanism without a network: no wider scope has any. */
public abstract class LoneScope extends EndpointFaultScope {
    private final Timers timers;

    protected LoneScope(Timers timers, Kind... operations) {
        super(List.of(operations));
        this.timers = timers;
    }

    @Override
    protected final void addWiderScopes(List<FaultRegistry> scopes) {}

    @Override
    public final long rngKey() {
        return 0;
    }

    @Override
    public final FaultContext context() {
        return new FaultContext() {
            @Override
            public Timers timers() {
                return timers;
            }

            @Override
            public long seed() {
                return 1;
            }

            @Override
            public Personality personality() {
                return Personality.LINUX;
            }

            @Override
            public void remember(InstalledFault fault) {}
        };
    }

    @Override
    public final void onFired(InstalledFault fault) {}

    @Override
    public final SocketAddress localAddress() {
        return new InetSocketAddress(1);
    }

    @Override
    public final SocketAddress remoteAddress() {
        return new InetSocketAddress(2);
    }
}
