package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.InjectedFault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.NetworkConfig;
import dev.nettest.Readiness;
import dev.nettest.TraceEvent;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each effect on the send and the receive of datagrams. */
class DatagramFaultTest extends NetworkFixture {
    private DatagramEndpoint alice;
    private DatagramEndpoint bob;

    @BeforeEach
    void bind() throws IOException {
        alice = network.bindDatagram();
        bob = network.bindDatagram();
    }

    private FaultHandle install(String operation, Fault fault) {
        return operation.equals("send")
                ? alice.faults().send(fault)
                : bob.faults().receive(fault);
    }

    private void send(String... texts) throws IOException {
        send(alice, texts);
    }

    private void send(DatagramEndpoint from, String... texts) throws IOException {
        for (String text : texts) {
            from.send(Text.bytes(text), bob.localAddress());
        }
    }

    private String receiveAll() throws IOException {
        return receiveAll(bob);
    }

    private static String receiveAll(DatagramEndpoint endpoint) throws IOException {
        StringBuilder all = new StringBuilder();
        ByteBuffer target = ByteBuffer.allocate(100);
        while (endpoint.tryReceive(target.clear()) != null) {
            all.append(all.length() == 0 ? "" : " ").append(Text.text(target));
        }
        return all.toString();
    }

    // ---- drop, duplicate, reorder, corrupt

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void aDatagramIsLost(String operation) throws IOException {
        FaultHandle handle = install(operation, Fault.drop().nth(2));

        send("1", "2", "3");

        assertThat(receiveAll()).isEqualTo("1 3");
        assertThat(handle.fireCount()).isEqualTo(1);
        assertThat(bob.droppedCount()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void aDropFaultDropsEveryDatagram(String operation) throws IOException {
        FaultHandle handle = install(operation, Fault.drop());

        send("1", "2", "3");

        assertThat(bob.isReadable()).isFalse();
        assertThat(receiveAll()).isEmpty();
        assertThat(handle.fireCount()).isEqualTo(3);
        handle.close();
        send("4");
        assertThat(receiveAll()).isEqualTo("4");
    }

    @Test
    void aDatagramDroppedOnReceiptMakesNoReaderReady() throws IOException {
        bob.faults().receive(Fault.drop().first(2));
        AtomicInteger called = new AtomicInteger();
        bob.onReady(Readiness.READABLE, called::incrementAndGet);
        Background<String> receiving = Background.call(() -> {
                    ByteBuffer target = ByteBuffer.allocate(9);
                    bob.receive(target);
                    return Text.text(target);
                })
                .awaitParked();

        send("1", "2");
        assertThat(called).hasValue(0);
        send("3");

        assertThat(receiving.result()).isEqualTo("3");
        assertThat(called).hasValue(1);
    }

    @Test
    void aDropFaultDropsAQueuedDatagram() throws IOException {
        send("1", "2", "3");

        bob.faults().receive(Fault.drop().first(2));

        assertThat(receiveAll()).isEqualTo("3");
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void aDatagramIsDuplicated(String operation) throws IOException {
        FaultHandle handle = install(operation, Fault.duplicate(2).nth(2));

        send("1", "2", "3");

        assertThat(receiveAll()).isEqualTo("1 2 2 2 3");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void aDuplicateFaultDuplicatesEveryDatagram(String operation) throws IOException {
        install(operation, Fault.duplicate(1));

        send("1", "2");

        assertThat(receiveAll()).isEqualTo("1 1 2 2");
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void aDatagramIsReordered(String operation) throws IOException {
        FaultHandle handle = install(operation, Fault.reorder(2).once());

        send("1", "2", "3", "4");

        assertThat(receiveAll()).isEqualTo("2 3 1 4");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void severalReorderedDatagramsKeepTheirOrder(String operation) throws IOException {
        install(operation, Fault.reorder(1));

        send("1", "2", "3", "4");

        assertThat(receiveAll()).isEqualTo("1 2 3");
    }

    @Test
    void heldSendsAreSentAtTheClose() throws IOException {
        alice.faults().send(Fault.reorder(5).first(2));

        send("1", "2", "3");
        assertThat(receiveAll()).isEqualTo("3");
        alice.close();

        assertThat(receiveAll()).isEqualTo("1 2");
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void oneBitIsInverted(String operation) throws IOException {
        install(operation, Fault.corrupt().once());

        byte[] sent = {0, 0, 0, 0};
        alice.send(ByteBuffer.wrap(sent), bob.localAddress());
        alice.send(ByteBuffer.wrap(sent), bob.localAddress());

        ByteBuffer target = ByteBuffer.allocate(4);
        bob.receive(target);
        assertThat(Integer.bitCount(target.getInt(0))).isEqualTo(1);
        bob.receive(target.clear());
        assertThat(target.getInt(0)).isZero();
        assertThat(sent).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void anEmptyDatagramHasNoBitToInvert(String operation) throws IOException {
        FaultHandle handle = install(operation, Fault.corrupt());

        send("");

        assertThat(bob.tryReceive(ByteBuffer.allocate(9))).isEqualTo(alice.localAddress());
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    /** The fault of a stage that waits is decided before its datagram arrives. */
    @Test
    void aDroppedOrReorderedDatagramIsCorruptedToo() throws IOException {
        bob.faults().receive(Fault.corrupt().once());
        bob.faults().receive(Fault.reorder(1).once());
        alice.send(ByteBuffer.wrap(new byte[4]), bob.localAddress());
        alice.send(ByteBuffer.wrap(new byte[4]), bob.localAddress());

        ByteBuffer target = ByteBuffer.allocate(4);
        bob.receive(target);
        assertThat(target.getInt(0)).isZero();
        bob.receive(target.clear());
        assertThat(Integer.bitCount(target.getInt(0))).isEqualTo(1);
    }

    @Test
    void aConnectForgetsReorderedDatagrams() throws IOException {
        bob.faults().receive(Fault.reorder(1).once());
        send("before");

        bob.connect(alice.localAddress());
        send("1", "2");

        assertThat(receiveAll()).isEqualTo("1 2");
    }

    @Test
    void aDuplicateOfAReceivedDatagramIsFoundByTheNextReceive() throws IOException {
        bob.faults().receive(Fault.duplicate(2).once());
        send("1", "2");

        assertThat(bob.tryReceive(ByteBuffer.allocate(9))).isNotNull();

        assertThat(network.snapshot().datagrams().get(1).toString()).contains("3 datagrams");
        assertThat(receiveAll()).isEqualTo("1 1 2");
    }

    // ---- fail, stall, delay

    /** Also without a waiting thread. */
    @Test
    void anAttemptMeetsAStallOnce() throws IOException {
        FaultHandle receives = bob.faults().receive(Fault.stall());
        FaultHandle sends = alice.faults().send(Fault.stall().afterBytes(1));
        send("1");
        assertThat(receives.fireCount()).isZero();

        assertThat(receiveAll()).isEmpty();
        assertThat(receiveAll()).isEmpty();
        assertThat(receives.fireCount()).isEqualTo(1);
        assertThat(alice.trySend(Text.bytes("2"), bob.localAddress())).isFalse();
        assertThat(alice.trySend(Text.bytes("2"), bob.localAddress())).isFalse();
        assertThat(sends.fireCount()).isEqualTo(1);
        receives.close();

        assertThat(receiveAll()).isEqualTo("1");
    }

    @Test
    void aStallCountsOnceItBlocksAWaiter() throws IOException {
        FaultHandle receives = bob.faults().receive(Fault.stall());
        bob.onReady(Readiness.READABLE, () -> {});
        assertThat(receives.fireCount()).isZero();
        send("1");
        assertThat(receives.fireCount()).isEqualTo(1);

        FaultHandle sends = alice.faults().send(Fault.stall());
        assertThat(sends.fireCount()).isZero();
        alice.onReady(Readiness.WRITABLE, () -> {});
        assertThat(sends.fireCount()).isEqualTo(1);
    }

    @Test
    void aStallCountsAtNoWaiterForSomethingElse() throws IOException {
        FaultHandle receives = bob.faults().receive(Fault.stall());
        bob.onReady(Readiness.WRITABLE, () -> {});
        bob.onReady(Readiness.CLOSED, () -> {});
        send("1");

        assertThat(receives.fireCount()).isZero();
    }

    @Test
    void aFailureIsReadyWithoutADatagram() throws IOException {
        assertThat(bob.isReadable()).isFalse();
        bob.faults().receive(Fault.failWith(() -> new IOException("boom")).once());

        assertThat(bob.isReadable()).isTrue();
        assertThatThrownBy(() -> bob.tryReceive(ByteBuffer.allocate(9))).hasMessage("boom");
        assertThat(bob.isReadable()).isFalse();
        assertThat(bob.tryReceive(ByteBuffer.allocate(9))).isNull();
    }

    @Test
    void aRealErrorAfterAnInjectedFailureCarriesNoNote() throws IOException {
        bob.faults().receive(Fault.failWith(() -> new IOException("boom")).once());
        alice.close();
        bob.connect(alice.localAddress());
        assertThatThrownBy(() -> bob.tryReceive(ByteBuffer.allocate(9))).hasMessage("boom");
        bob.send(Text.bytes("x"), alice.localAddress());

        assertThatThrownBy(() -> bob.tryReceive(ByteBuffer.allocate(9)))
                .isExactlyInstanceOf(PortUnreachableException.class)
                .hasNoSuppressedExceptions();
    }

    @ParameterizedTest
    @CsvSource({"send", "receive"})
    void anOperationFailsAsDeclared(String operation) throws IOException {
        IOException declared = new IOException("boom");
        install(operation, Fault.failWith(declared).once());

        if (operation.equals("send")) {
            assertThatThrownBy(() -> send("1")).isSameAs(declared);
            send("1");
            assertThat(receiveAll()).isEqualTo("1");
        } else {
            send("1");
            assertThatThrownBy(this::receiveAll).isSameAs(declared);
            assertThat(receiveAll()).isEqualTo("1");
        }
        assertThat(declared.getSuppressed()).singleElement().isInstanceOf(InjectedFault.class);
    }

    @Test
    void anOperationFailsWithTheMessageOfTheSystem() throws IOException {
        bob.faults().receive(Fault.timeout().nth(1));
        bob.faults().receive(Fault.unreachable().nth(2));
        alice.faults().send(Fault.timeout().nth(1));
        alice.faults().send(Fault.unreachable().nth(2));

        assertThat(bob.isReadable()).isTrue();
        assertThatThrownBy(this::receiveAll)
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Receive timed out");
        assertThatThrownBy(this::receiveAll)
                .isInstanceOf(NoRouteToHostException.class)
                .hasMessage("No route to host");
        assertThatThrownBy(() -> send("1"))
                .isInstanceOf(SocketTimeoutException.class)
                .hasMessage("Send timed out");
        assertThatThrownBy(() -> send("1")).isInstanceOf(NoRouteToHostException.class);
    }

    @Test
    void afterBufferedReceivesQueuedDatagramsFirst() throws IOException {
        send("1", "2");
        bob.faults().receive(Fault.failWith(new IOException("empty")).afterBuffered());

        ByteBuffer target = ByteBuffer.allocate(9);
        bob.receive(target);
        bob.receive(target);

        assertThat(Text.text(target)).isEqualTo("12");
        assertThatThrownBy(() -> bob.receive(target)).hasMessage("empty");
    }

    @Test
    void aStalledReceiveNeverCompletes() throws IOException {
        FaultHandle handle = bob.faults().receive(Fault.stall());
        Background<String> receiving = Background.call(network, () -> {
                    ByteBuffer target = ByteBuffer.allocate(9);
                    bob.receive(target);
                    return Text.text(target);
                })
                .awaitParked();

        send("1");
        receiving.assertWaits();
        assertThat(bob.isReadable()).isFalse();
        assertThat(handle.fireCount()).isEqualTo(1);
        handle.close();

        assertThat(receiving.result()).isEqualTo("1");
    }

    @Test
    void aStalledSendNeverCompletes() throws IOException {
        FaultHandle handle = alice.faults().send(Fault.stall());
        assertThat(alice.trySend(Text.bytes("0"), bob.localAddress())).isFalse();
        Background<Void> sending = Background.run(() -> send("1")).awaitParked();

        assertThat(receiveAll()).isEmpty();
        handle.close();

        sending.result();
        assertThat(receiveAll()).isEqualTo("1");
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    @Test
    void aDelayedReceiveIsReadyLater() throws IOException {
        bob.faults().receive(Fault.delayed(SECOND).once());
        send("1", "2");

        assertThat(bob.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofMillis(999));
        assertThat(bob.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofMillis(1));

        assertThat(receiveAll()).isEqualTo("1 2");
    }

    @Test
    void theDelayOfAReceiveBeginsWithItsDatagram() throws IOException {
        bob.faults().receive(Fault.delayed(SECOND).once());
        clock.advanceTimeBy(SECOND.multipliedBy(5));
        send("1");

        assertThat(bob.isReadable()).isFalse();
        clock.advanceTimeBy(SECOND.minusNanos(1));
        assertThat(bob.isReadable()).isFalse();
        clock.advanceTimeBy(Duration.ofNanos(1));
        assertThat(receiveAll()).isEqualTo("1");
    }

    @Test
    void aDuplicateMeetsNoLaterFault() throws IOException {
        bob.faults().receive(Fault.duplicate(1).once());
        send("1");
        assertThat(bob.tryReceive(ByteBuffer.allocate(9))).isNotNull();

        FaultHandle stall = bob.faults().receive(Fault.stall());

        assertThat(bob.isReadable()).isTrue();
        assertThat(bob.tryReceive(ByteBuffer.allocate(9))).isNotNull();
        assertThat(stall.fireCount()).isZero();
        send("2");
        assertThat(bob.isReadable()).isFalse();
        assertThat(receiveAll()).isEmpty();
    }

    @Test
    void theEventsHaveTheLengthOfAReceiveWithAFault() throws IOException {
        bob.faults().receive(Fault.duplicate(1).once());
        send("abc");

        assertThat(receiveAll()).isEqualTo("abc abc");

        assertThat(network.trace().events(TraceEvent.DatagramReceived.class))
                .singleElement()
                .matches(received -> received.count() == 2 && received.bytes() == 3);
    }

    @Test
    void aDelayedSendIsReadyLater() throws IOException {
        alice.faults().send(Fault.delayed(SECOND).once());
        Background<Void> sending = Background.run(() -> send("1")).awaitParked();

        assertThat(receiveAll()).isEmpty();
        clock.advanceTimeBy(SECOND);

        sending.result();
        assertThat(receiveAll()).isEqualTo("1");
    }

    @Test
    void aPendingErrorIsNotCountedAsAnOperation() throws IOException {
        bob.close();
        alice.connect(bob.localAddress());
        FaultHandle handle = alice.faults()
                .send(Fault.failWith(() -> new IOException("third")).nth(3));

        alice.send(Text.bytes("1"));
        assertThatThrownBy(() -> alice.send(Text.bytes("-"))).isInstanceOf(PortUnreachableException.class);
        alice.send(Text.bytes("2"));
        assertThatThrownBy(() -> alice.send(Text.bytes("3"))).hasMessage("third");
        assertThatThrownBy(() -> alice.send(Text.bytes("-"))).isInstanceOf(PortUnreachableException.class);
        assertThat(handle.fireCount()).isEqualTo(1);
    }

    // ---- triggers and scopes

    @Test
    void bytesAreCountedWithoutCuttingADatagram() throws IOException {
        alice.faults().send(Fault.drop().afterBytes(4));

        send("abc", "def", "ghi");

        assertThat(receiveAll()).isEqualTo("abc def");
    }

    @Test
    void predicatesSeeTheOperation() throws IOException {
        alice.connect(bob.localAddress());
        alice.faults()
                .send(Fault.drop()
                        .matching(operation -> operation.number() == 2
                                && operation.offset() == 1
                                && operation.remoteAddress().equals(bob.localAddress())
                                && operation.localAddress().equals(alice.localAddress())));

        send("1", "2", "3");

        assertThat(receiveAll()).isEqualTo("1 3");
    }

    @Test
    void aNetworkFaultActsOnAllEndpoints() throws IOException {
        FaultHandle handle = network.faults().send(Fault.drop().once());
        DatagramEndpoint carol = network.bindDatagram();

        send("1", "2");
        send(carol, "3", "4");

        assertThat(receiveAll()).isEqualTo("2 4");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    @Test
    void theSameSeedDropsTheSameDatagrams() throws IOException {
        String first = lossy(7);

        assertThat(lossy(7)).isEqualTo(first);
        assertThat(lossy(8)).isNotEqualTo(first);
        assertThat(first.split(" ")).hasSizeBetween(20, 80);
    }

    private static String lossy(long seed) throws IOException {
        try (Network network = Network.create(NetworkConfig.builder().seed(seed).build())) {
            DatagramEndpoint from = network.bindDatagram();
            DatagramEndpoint to = network.bindDatagram();
            from.faults().send(Fault.drop().withProbability(0.5));
            for (int i = 0; i < 100; i++) {
                from.send(Text.bytes("" + i), to.localAddress());
            }
            return receiveAll(to);
        }
    }

    @Test
    void faultsOfTheBindHookHaveTheirOwnRandomNumbers() throws IOException {
        String[] received = new String[2];
        for (int i = 0; i < 2; i++) {
            DatagramEndpoint to = network.bindDatagram(
                    "10.0.0.1:" + (1 + i),
                    endpoint -> endpoint.faults().receive(Fault.drop().withProbability(0.5)));
            for (int n = 0; n < 50; n++) {
                alice.connect(to.localAddress()).send(Text.bytes("" + n));
                alice.disconnect();
            }
            received[i] = receiveAll(to);
        }

        assertThat(received[0]).isNotEqualTo(received[1]);
    }

    @Test
    void aFailedCloseClosesTheEndpoint() throws IOException {
        bob.faults().close(Fault.failWith(new IOException("no")));

        assertThatThrownBy(() -> bob.close()).hasMessage("no");

        assertThat(bob.isClosed()).isTrue();
        bob.close();
        network.faults().close(Fault.reset());
        alice.close();
        assertThat(alice.isClosed()).isTrue();
    }

    @Test
    void meaninglessFaultsAreRefused() throws IOException {
        Listener listener = network.listen();
        assertRefused(
                () -> alice.faults().read(Fault.stall()),
                "Fault.stall() on read: a datagram endpoint only sends," + " receives and closes");
        assertRefused(
                () -> alice.faults().connect(Fault.stall()),
                "Fault.stall() on connect: a datagram endpoint only" + " sends, receives and closes");
        assertRefused(
                () -> alice.faults().close(Fault.reset()),
                "Fault.reset() on close: no peer learns of the close of a" + " datagram endpoint");
        assertRefused(
                () -> listener.faults().send(Fault.drop()),
                "Fault.drop() on send: a listener gets no datagrams;" + " install it on a datagram endpoint");
        assertRefused(
                () -> end().faults().receive(Fault.drop()),
                "Fault.drop() on receive: a connection carries no" + " datagrams; install it on a datagram endpoint");
        for (Fault fault : new Fault[] {Fault.reset(), Fault.endOfStream(), Fault.refuse(), Fault.slice(1)}) {
            assertRefused(
                    () -> alice.faults().send(fault), "Fault." + fault + " on send: this effect cannot apply to it");
            assertRefused(
                    () -> network.faults().receive(fault),
                    "Fault." + fault + " on receive: this effect cannot apply to it");
        }
        for (Fault fault : new Fault[] {Fault.drop(), Fault.duplicate(1), Fault.reorder(1)}) {
            assertRefused(
                    () -> network.faults().read(fault), "Fault." + fault + " on read: this effect cannot apply to it");
            assertRefused(
                    () -> listener.faults().write(fault),
                    "Fault." + fault + " on write: this effect cannot apply to it");
        }
        assertRefused(
                () -> alice.faults().send(Fault.drop().afterBuffered()),
                "Fault.drop().afterBuffered() on send:" + " nothing is buffered for it");
        assertRefused(() -> Fault.duplicate(0), "duplicate must be at least 1: 0");
        assertRefused(() -> Fault.reorder(-1), "reorder must be at least 1: -1");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
