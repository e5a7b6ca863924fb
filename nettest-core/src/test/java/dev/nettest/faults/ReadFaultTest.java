package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each effect on a read. */
class ReadFaultTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
    }

    @Test
    void failThrowsTheSameInstance() throws Exception {
        IOException declared = new FileNotFoundException("the very one");
        FaultHandle handle = client.faults().read(Fault.failWith(declared).first(2));

        assertThatThrownBy(() -> Text.read(client)).isSameAs(declared);
        assertThatThrownBy(() -> Text.read(client)).isSameAs(declared);
        Text.write(server, "after");
        assertThat(Text.read(client)).isEqualTo("after");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    @Test
    void failThrowsANewInstanceOfASupplier() {
        client.faults().read(Fault.failWith(() -> new IOException("new")));

        Throwable first = Background.run(() -> Text.read(client)).failure();
        Throwable second = Background.run(() -> Text.read(client)).failure();

        assertThat(first).isExactlyInstanceOf(IOException.class).hasMessage("new");
        assertThat(second).hasMessage("new").isNotSameAs(first);
    }

    @Test
    void failThrowsAnUncheckedException() {
        IllegalStateException declared = new IllegalStateException("unchecked");
        client.faults().read(Fault.failWith(declared));

        assertThatThrownBy(() -> Text.read(client)).isSameAs(declared);
        assertThatThrownBy(() -> client.inputStream().read()).isSameAs(declared);
    }

    @Test
    void failLeavesTheBytesForTheNextRead() throws Exception {
        Text.write(server, "kept");
        client.faults().read(Fault.failWith(new IOException("boom")).once());

        assertThatThrownBy(() -> Text.tryRead(client)).hasMessage("boom");
        assertThat(Text.read(client)).isEqualTo("kept");
    }

    @Test
    void aCloseAfterAFaultResetIsNoEndOfStream() throws Exception {
        server.faults().read(Fault.reset());
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
        server.shutdownOutput();
        server.close();

        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
    }

    @Test
    void resetAbortsBothEnds() throws Exception {
        Text.write(client, "sent before");
        Text.write(server, "dropped");
        client.faults().read(Fault.reset().once());

        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketException.class)
                .hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.read(client)).hasMessage("Connection reset");
        assertThatThrownBy(() -> Text.write(client, "x")).hasMessage("Broken pipe");
        assertThat(client.isOpen()).isTrue();
        assertThat(Text.read(server)).isEqualTo("sent before");
        assertThatThrownBy(() -> Text.read(server)).hasMessage("Connection reset");
    }

    @Test
    void endOfStreamStays() throws Exception {
        Text.write(server, "unreachable");
        FaultHandle handle = client.faults().read(Fault.endOfStream().once());

        assertThat(Text.read(client)).isEqualTo(Text.END);
        handle.close();
        assertThat(Text.read(client)).isEqualTo(Text.END);
        assertThat(client.inputStream().read()).isEqualTo(-1);
        assertThat(Text.write(client, "still writes")).isEqualTo(12);
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void unreachableHasTheMessageOfTheSystem() {
        client.faults().read(Fault.unreachable());

        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
    }

    @Test
    void timeoutDoesNotWait() throws Exception {
        client.faults().read(Fault.timeout().once());
        client.readTimeout(Duration.ofHours(1));

        assertThatThrownBy(() -> Text.read(client))
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
        assertThat(clock.nanoTime()).isZero();
        Text.write(server, "usable");
        assertThat(Text.read(client)).isEqualTo("usable");
    }

    @Test
    void stallEndsAtTheReadTimeout() throws Exception {
        Text.write(server, "there");
        client.faults().read(Fault.stall());
        client.readTimeout(SECOND);
        Background<Void> reader = Background.run(() -> Text.read(client)).awaitParked();

        clock.advanceTimeBy(SECOND);

        assertThat(reader.failure())
                .isExactlyInstanceOf(SocketTimeoutException.class)
                .hasMessage("Read timed out");
    }

    @Test
    void stallEndsWhenTheFaultIsClosed() throws Exception {
        Text.write(server, "there");
        FaultHandle handle = client.faults().read(Fault.stall());
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();

        handle.close();

        assertThat(reader.result()).isEqualTo("there");
    }

    @Test
    void delayStartsWhenTheOperationCouldProceed() throws Exception {
        client.faults().read(Fault.delayed(SECOND));
        Background<String> reader = Background.call(() -> Text.read(client)).awaitParked();
        clock.advanceTimeBy(SECOND.multipliedBy(5));
        Text.write(server, "late");
        assertThat(Text.tryRead(client)).isEmpty();

        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(client.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));

        assertThat(reader.result()).isEqualTo("late");
    }

    @Test
    void everyReadIsDelayed() throws Exception {
        client.faults().read(Fault.delayed(SECOND));
        Text.write(server, "ab");

        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(client, 1)).isEqualTo("a");
        assertThat(Text.tryRead(client)).isEmpty();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(client, 1)).isEqualTo("b");
    }

    @Test
    void endOfStreamIsDelayedToo() throws Exception {
        client.faults().read(Fault.delayed(SECOND));
        server.close();

        assertThat(client.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND);
        assertThat(Text.read(client)).isEqualTo(Text.END);
    }

    @Test
    void sliceMakesReadsShort() throws Exception {
        FaultHandle handle = client.faults().read(Fault.slice(3).first(2));
        Text.write(server, "abcdefgh");

        assertThat(Text.read(client)).isEqualTo("abc");
        assertThat(Text.read(client, 2)).isEqualTo("de");
        assertThat(Text.read(client)).isEqualTo("fgh");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    @Test
    void corruptInvertsOneBit() throws Exception {
        FaultHandle handle = client.faults().read(Fault.corrupt().nth(2));
        Text.write(server, "abcdefgh");

        assertThat(Text.read(client, 4)).isEqualTo("abcd");
        assertThat(differingBits(Text.read(client, 4), "efgh")).isEqualTo(1);
        Text.write(server, "abcd");
        assertThat(Text.read(client, 4)).isEqualTo("abcd");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void faultsActOnInputStreams() throws Exception {
        client.faults().read(Fault.slice(2).nth(1));
        client.faults().read(Fault.failWith(new IOException("boom")).nth(2));
        Text.write(server, "abcd");
        byte[] target = new byte[4];

        assertThat(client.inputStream().read(target)).isEqualTo(2);
        assertThatThrownBy(() -> client.inputStream().read(target)).hasMessage("boom");
        assertThat(client.inputStream().read(target)).isEqualTo(2);
    }

    @Test
    void aReadOfNoBytesIsNotCounted() throws Exception {
        FaultHandle handle = client.faults().read(Fault.failWith(new IOException("boom")));

        assertThat(client.read(java.nio.ByteBuffer.allocate(0))).isZero();
        assertThat(client.inputStream().read(new byte[0])).isZero();
        assertThat(handle.fireCount()).isZero();
    }

    private static int differingBits(String one, String other) {
        int bits = 0;
        for (int i = 0; i < one.length(); i++) {
            bits += Integer.bitCount((one.charAt(i) ^ other.charAt(i)) & 0xFF);
        }
        return bits;
    }

    @Test
    void corruptReachesEveryByte() throws Exception {
        client.faults().read(Fault.corrupt());
        Set<Integer> changed = new TreeSet<>();
        for (int i = 0; i < 200; i++) {
            server.write(ByteBuffer.wrap(new byte[4]));
            changed.add(onlyBit(client));
        }

        assertThat(changed).hasSize(32);
    }

    /** Reads four bytes that were zero; the number of the one bit that is set now. */
    static int onlyBit(Connection from) throws IOException {
        ByteBuffer target = ByteBuffer.allocate(8);
        assertThat(from.read(target)).isEqualTo(4);
        int bits = target.getInt(0);
        assertThat(Integer.bitCount(bits)).isEqualTo(1);
        return Integer.numberOfTrailingZeros(bits);
    }

    @Test
    void aReadOfNoBytesIsDoneUnderAFault() throws Exception {
        client.faults().read(Fault.slice(2).afterBuffered());
        Text.write(server, "abcdef");

        assertThat(Text.read(client)).isEqualTo("ab");
    }
}
