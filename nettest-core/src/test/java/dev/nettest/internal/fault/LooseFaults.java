package dev.nettest.internal.fault;

import dev.nettest.Fault;
import dev.nettest.Operation.Kind;

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

    static InstalledFault installed(Fault fault) {
        return new InstalledFault(new FaultRegistry(END), Kind.READ, FaultSpec.from(fault), 0, null);
    }
}
