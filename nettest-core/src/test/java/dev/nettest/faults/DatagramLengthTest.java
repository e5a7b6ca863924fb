package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.DatagramEndpoint;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Operation;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Faults that select datagrams by their length. */
class DatagramLengthTest extends NetworkFixture {
    private static final Predicate<Operation> LONG = operation -> operation.length() > 1_000;

    private DatagramEndpoint sender;
    private DatagramEndpoint receiver;

    @BeforeEach
    void bind() throws IOException {
        sender = network.bindDatagram();
        receiver = network.bindDatagram();
    }

    private void send(int... sizes) throws IOException {
        for (int size : sizes) {
            sender.send(ByteBuffer.allocate(size), receiver.localAddress());
        }
    }

    private List<Integer> received() throws IOException {
        List<Integer> sizes = new ArrayList<>();
        ByteBuffer target = ByteBuffer.allocate(10_000);
        while (receiver.tryReceive(target) != null) {
            sizes.add(target.position());
            target.clear();
        }
        return sizes;
    }

    @Test
    void sendsOfLongDatagramsAreDropped() throws Exception {
        FaultHandle drop = sender.faults().send(Fault.drop().matching(LONG));

        send(10, 2_000, 20, 1_001, 1_000);

        assertThat(received()).containsExactly(10, 20, 1_000);
        assertThat(drop.fireCount()).isEqualTo(2);
    }

    @Test
    void sendsOfLongDatagramsFail() throws Exception {
        sender.faults()
                .send(Fault.failWith(() -> new IOException("Message too long")).matching(LONG));

        send(10);
        assertThatThrownBy(() -> send(2_000)).hasMessage("Message too long");
        assertThat(sender.trySend(ByteBuffer.allocate(20), receiver.localAddress()))
                .isTrue();
        assertThatThrownBy(() -> sender.trySend(ByteBuffer.allocate(2_000), receiver.localAddress()))
                .hasMessage("Message too long");
        assertThat(received()).containsExactly(10, 20);
    }

    @Test
    void receivesOfLongDatagramsAreDropped() throws Exception {
        receiver.faults().receive(Fault.drop().matching(LONG));
        Background<List<Integer>> receiving = Background.call(() -> {
            ByteBuffer target = ByteBuffer.allocate(10_000);
            receiver.receive(target);
            return List.of(target.position());
        });
        receiving.awaitParked();

        send(2_000, 3_000, 30, 40);

        assertThat(receiving.result()).containsExactly(30);
        assertThat(received()).containsExactly(40);
    }

    @Test
    void theNthLongDatagramIsSelected() throws Exception {
        sender.faults().send(Fault.drop().matching(LONG).nth(2));

        send(2_000, 10, 2_001, 2_002);

        assertThat(received()).containsExactly(2_000, 10, 2_002);
    }

    @Test
    void aPredicateIsCalledOncePerDatagram() throws Exception {
        List<Integer> lengths = new CopyOnWriteArrayList<>();
        sender.faults().send(Fault.drop().optional().matching(operation -> !lengths.add(operation.length())));
        receiver.faults().receive(Fault.drop().optional().matching(operation -> !lengths.add(-operation.length())));
        assertThat(lengths).isEmpty();

        send(1, 2, 3);
        assertThat(lengths).containsExactly(1, -1, 2, 3);
        assertThat(received()).containsExactly(1, 2, 3);

        assertThat(lengths).containsExactly(1, -1, 2, 3, -2, -3);
    }

    @Test
    void aStallOfLongDatagramsLeavesTheEndpointWritableBefore() throws Exception {
        FaultHandle stall = sender.faults().send(Fault.stall().matching(LONG));
        assertThat(sender.trySend(ByteBuffer.allocate(10), receiver.localAddress()))
                .isTrue();
        assertThat(sender.trySend(ByteBuffer.allocate(2_000), receiver.localAddress()))
                .isFalse();
        assertThat(stall.fireCount()).isEqualTo(1);

        stall.close();
        send(2_000);
        assertThat(received()).containsExactly(10, 2_000);
    }

    @Test
    void anUnreachablePeerIsReportedWithoutADatagram() throws Exception {
        receiver.close();
        sender.connect(receiver.localAddress());
        sender.faults().receive(Fault.drop().optional().matching(LONG));
        sender.send(ByteBuffer.allocate(1), receiver.localAddress());

        assertThatThrownBy(() -> sender.tryReceive(ByteBuffer.allocate(1)))
                .isInstanceOf(PortUnreachableException.class);
    }

    @Test
    void operationsOfStreamsHaveNoLength() throws Exception {
        List<Integer> lengths = new CopyOnWriteArrayList<>();
        Connection end = end();
        end.faults().write(Fault.stall().optional().matching(operation -> !lengths.add(operation.length())));

        Text.write(end, "abc");

        assertThat(lengths).contains(-1);
    }

    @Test
    void anEmptyDatagramHasALengthToo() throws Exception {
        FaultHandle drop = receiver.faults().receive(Fault.drop().matching(operation -> operation.length() == 0));

        send(10, 0, 20);

        assertThat(received()).containsExactly(10, 20);
        assertThat(drop.fireCount()).isEqualTo(1);
    }
}
