package dev.nettest.link;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.DatagramEndpoint;
import dev.nettest.Host;
import dev.nettest.Link;
import dev.nettest.testing.Background;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Datagrams that were sent before others, and held, arrive before them. */
class HeldDatagramOrderTest extends NetworkFixture {
    private static final int ROUNDS = 2_000;
    private static final int HELD = 5;

    private final Host app = network.host("app", "10.0.0.2");
    private final Host db = network.host("db", "10.0.0.5");
    private final Link link = network.link(app, db);
    private DatagramEndpoint receiver;

    @BeforeEach
    void bind() throws IOException {
        receiver = db.bindDatagram("10.0.0.5:2");
    }

    private void send(DatagramEndpoint sender, int number) throws IOException {
        sender.send(ByteBuffer.wrap(new byte[] {(byte) number}), "db:2");
    }

    private List<Integer> received() throws IOException {
        List<Integer> all = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocate(1);
        while (receiver.tryReceive(buffer) != null) {
            all.add((int) buffer.flip().get());
            buffer.clear();
        }
        return all;
    }

    @Test
    void aSendDuringTheReleaseDoesNotOvertake() throws Exception {
        DatagramEndpoint first = app.bindDatagram();
        DatagramEndpoint second = app.bindDatagram();
        CyclicBarrier start = new CyclicBarrier(2);
        Background<Void> late = Background.run(() -> {
            for (int round = 0; round < ROUNDS; round++) {
                start.await();
                send(second, HELD);
                start.await();
            }
        });

        for (int round = 0; round < ROUNDS; round++) {
            link.hold();
            for (int i = 0; i < HELD; i++) {
                send(first, i);
            }
            start.await();
            link.release();
            start.await();
            assertThat(received()).as("round %d", round).isEqualTo(sequence(HELD + 1));
        }
        late.result();
    }

    @Test
    void datagramsOfAnotherLinkDoNotWait() throws Exception {
        Host cache = network.host("cache", "10.0.0.9");
        link.hold();
        send(app.bindDatagram(), 1);
        send(cache.bindDatagram(), 0);

        assertThat(received()).containsExactly(0);
        link.release();
        assertThat(received()).containsExactly(1);
    }

    @Test
    void releasedDatagramsOfTwoLinksKeepTheirOrder() throws Exception {
        Host cache = network.host("cache", "10.0.0.9");
        DatagramEndpoint one = app.bindDatagram();
        DatagramEndpoint other = cache.bindDatagram();
        network.defaultLink().hold();
        for (int i = 0; i < 10; i++) {
            send(i % 2 == 0 ? one : other, i);
        }
        network.defaultLink().release();

        assertThat(received()).isEqualTo(sequence(10));
    }

    private static List<Integer> sequence(int count) {
        return IntStream.range(0, count).boxed().toList();
    }
}
