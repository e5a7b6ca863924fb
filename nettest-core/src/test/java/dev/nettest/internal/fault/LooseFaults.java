package dev.nettest.internal.fault;

import dev.nettest.Fault;
import dev.nettest.Operation.Kind;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Faults of a scope that never evaluates them: the test decides what they act on. */
final class LooseFaults {
    private LooseFaults() {}

    /** A scope without a clock or a seed. */
    private static final FaultRegistry.Scope END = new FaultRegistry.Scope() {
        @Override
        public String toString() {
            return "end";
        }

        @Override
        public long rngKey() {
            return 0;
        }

        @Override
        public FaultContext context() {
            throw new AssertionError("no random number is wanted");
        }

        @Override
        public void reevaluate(Kind kind) {}
    };

    /** An endpoint at which faults fire. */
    static final FaultEvaluator.Caller ENDPOINT = new FaultEvaluator.Caller() {
        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(1);
        }

        @Override
        public SocketAddress remoteAddress() {
            return new InetSocketAddress(2);
        }

        @Override
        public void onFired(InstalledFault fault) {}
    };

    static InstalledFault installed(Fault fault) {
        return new InstalledFault(new FaultRegistry(END), Kind.READ, FaultSpec.from(fault), 0, null);
    }
}
