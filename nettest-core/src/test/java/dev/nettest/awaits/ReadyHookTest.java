package dev.nettest.awaits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Network;
import dev.nettest.Readiness;
import dev.nettest.ReadyHook;
import dev.nettest.testing.Background;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadyHookTest {

    private static final Set<Readiness> READABLE = Set.of(Readiness.READABLE);

    private final Network network = Network.create();
    private final ConnectionPair pair = network.pair();
    private final Connection server = pair.server();
    private final AtomicInteger calls = new AtomicInteger();
    private final ReadyHook hook = server.readyHook(calls::incrementAndGet);

    ReadyHookTest() throws IOException {}

    @AfterEach
    void close() {
        network.close();
    }

    @Test
    void aHookThatIsNotArmedIsNotCalled() throws Exception {
        write(1);

        assertThat(calls).hasValue(0);
        assertThat(hook.isReady(Readiness.READABLE)).isTrue();
    }

    @Test
    void anArmedHookIsCalledOnce() throws Exception {
        assertThat(hook.arm(READABLE)).isTrue();
        assertThat(calls).hasValue(0);

        write(1);
        write(1);

        assertThat(calls).hasValue(1);
    }

    @Test
    void aHookIsNotArmedIfAConditionHolds() throws Exception {
        write(1);

        assertThat(hook.arm(READABLE)).isFalse();
        read();
        write(1);

        assertThat(calls).hasValue(0);
    }

    @Test
    void aHookCanBeArmedAgain() throws Exception {
        for (int i = 1; i <= 3; i++) {
            assertThat(hook.arm(READABLE)).isTrue();
            write(1);
            assertThat(calls).hasValue(i);
            read();
        }
    }

    @Test
    void otherConditionsReplaceThoseBefore() throws Exception {
        pair.client().receiveBufferSize(1);
        server.tryWrite(ByteBuffer.allocate(2));
        hook.arm(READABLE);

        assertThat(hook.arm(Set.of(Readiness.WRITABLE))).isTrue();
        write(1);
        assertThat(calls).hasValue(0);
        pair.client().tryRead(ByteBuffer.allocate(2));

        assertThat(calls).hasValue(1);
    }

    @Test
    void aDisarmedHookIsNotCalled() throws Exception {
        hook.arm(READABLE);
        hook.disarm();
        write(1);
        server.close();

        assertThat(calls).hasValue(0);
    }

    @Test
    void aCloseCallsAHookWithoutConditions() throws Exception {
        assertThat(hook.arm(Set.of())).isTrue();
        server.close();

        assertThat(calls).hasValue(1);
        assertThat(hook.isReady(Readiness.WRITABLE)).isTrue();
    }

    @Test
    void aConditionOfAnotherTypeIsRefused() {
        assertThatThrownBy(() -> hook.arm(Set.of(Readiness.ACCEPTABLE)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("ACCEPTABLE is a readiness of a listener, not of a connection");
        assertThatThrownBy(() -> server.readyHook(null)).isInstanceOf(NullPointerException.class);
    }

    /** A lost call would leave the counter of one round unchanged for ever. */
    @Test
    void aHookThatIsArmedInItsCallbackLosesNothing() throws Exception {
        int rounds = 20_000;
        AtomicInteger received = new AtomicInteger();
        ByteBuffer target = ByteBuffer.allocate(16);
        ReadyHook[] own = new ReadyHook[1];
        own[0] = server.readyHook(() -> {
            do {
                received.addAndGet(tryRead(target.clear()));
            } while (!own[0].arm(READABLE) && !server.isClosed());
        });
        own[0].arm(READABLE);

        Background<Void> writer = Background.run(network, () -> {
            for (int i = 0; i < rounds; i++) {
                write(1);
            }
        });
        writer.result();

        assertThat(received).hasValue(rounds);
    }

    private int tryRead(ByteBuffer target) {
        try {
            return server.isClosed() ? 0 : server.tryRead(target);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void write(int bytes) throws Exception {
        pair.client().write(ByteBuffer.allocate(bytes));
    }

    private void read() throws Exception {
        server.tryRead(ByteBuffer.allocate(16));
    }
}
