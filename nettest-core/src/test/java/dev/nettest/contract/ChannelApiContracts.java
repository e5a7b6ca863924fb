package dev.nettest.contract;

import org.junit.jupiter.api.Nested;

/** All contracts of the channels and selectors of a provider. */
abstract class ChannelApiContracts {
    abstract SocketArm open();

    @Nested
    class Selectors extends SelectorContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Readiness extends ReadinessContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }
}
