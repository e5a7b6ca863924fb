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
    class SelectorThreads extends SelectorThreadsContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Keys extends KeyContract {
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

    @Nested
    class RegisteredCloses extends RegisteredCloseContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class SocketChannels extends SocketChannelContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Adaptors extends AdaptorContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Datagrams extends MulticastChannelContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Pipes extends PipeContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }

    @Nested
    class Families extends FamilyContract {
        @Override
        SocketArm open() {
            return ChannelApiContracts.this.open();
        }
    }
}
