package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.ConnectionPair;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.testing.NetworkFixture;
import dev.nettest.testing.Text;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Triggers that select operations by their order. */
class OccurrenceTriggerTest extends NetworkFixture {
    private Connection client;
    private Connection server;

    @BeforeEach
    void connect() throws IOException {
        ConnectionPair pair = network.pair();
        client = pair.client();
        server = pair.server();
        Text.write(server, "0123456789abcdefghijklmnopqrstuvwxyz");
    }

    @Test
    void withoutATriggerEveryOperationIsHit() {
        client.faults().read(boom());

        assertThat(reads(5)).isEqualTo("XXXXX");
    }

    @ParameterizedTest
    @CsvSource({"1, X01234567", "2, 0X1234567", "5, 0123X4567"})
    void nthHitsThatOperationOnly(int number, String reads) {
        client.faults().read(boom().nth(number));

        assertThat(reads(9)).isEqualTo(reads);
    }

    @Test
    void onceAndFirstHitTheFirstOperations() {
        client.faults().read(boom().once());
        client.faults().write(boom().first(3));

        assertThat(reads(4)).isEqualTo("X012");
        assertThat(writes(5)).isEqualTo("XXX..");
    }

    @Test
    void everyHitsMultiples() {
        client.faults().read(boom().every(3));

        assertThat(reads(9)).isEqualTo("01X23X45X");
    }

    @Test
    void triggersCombineInAnyOrder() {
        client.faults().read(boom().every(2).first(2));
        client.faults().write(boom().first(2).every(2));

        assertThat(reads(8)).isEqualTo("0X1X2345");
        assertThat(writes(8)).isEqualTo(".X.X....");
    }

    @Test
    void theLastOfTwoEqualTriggersWins() {
        client.faults().read(boom().first(5).once());

        assertThat(reads(3)).isEqualTo("X01");
    }

    @Test
    void nthWithAfterBytesCountsOperationsAfterTheBytes() {
        client.faults().read(boom().afterBytes(3).nth(2));

        assertThat(reads(7)).isEqualTo("0123X45");
    }

    @Test
    void countingStartsAtTheInstallation() throws Exception {
        assertThat(reads(3)).isEqualTo("012");

        client.faults().read(boom().nth(2));

        assertThat(reads(3)).isEqualTo("3X4");
    }

    @Test
    void blockedAttemptsAreNotCounted() throws Exception {
        Text.read(client);
        client.faults().read(boom().nth(2));

        for (int i = 0; i < 10; i++) {
            assertThat(Text.tryRead(client)).isEmpty();
        }
        Text.write(server, "ABC");

        assertThat(reads(4)).isEqualTo("AXBC");
    }

    @Test
    void aFullBufferIsNotCountedForTheWriter() throws Exception {
        Text.read(client);
        server.receiveBufferSize(1);
        client.faults().write(boom().nth(2));

        assertThat(Text.tryWrite(client, "a")).isEqualTo(1);
        FaultHandle handle = client.faults()
                .write(Fault.failWith(new IOException("never")).nth(100).optional());
        handle.close();
        assertThat(writes(1)).isEqualTo("X");
        for (int i = 0; i < 10; i++) {
            assertThat(Text.tryWrite(client, "b")).isZero();
        }
    }

    @Test
    void aFailedOperationIsCounted() {
        client.faults().read(boom().nth(1));
        client.faults().read(Fault.failWith(() -> new IOException("other")).nth(2));

        assertThat(reads(4)).isEqualTo("XX01");
    }

    @Test
    void eachEndHasItsOwnCount() throws Exception {
        FaultHandle handle = network.faults().read(boom().nth(2));
        ConnectionPair other = network.pair();
        Text.write(other.server(), "zz");

        assertThat(reads(3)).isEqualTo("0X1");
        assertThat(reads(other.client(), 3)).isEqualTo("zXz");
        assertThat(handle.fireCount()).isEqualTo(2);
    }

    @Test
    void bytesReadAheadAndPutBackCountOnce() throws Exception {
        client.faults().read(boom().afterBytes(4));
        String ahead = Text.read(client, 3);

        client.unread(Text.bytes(ahead));

        assertThat(reads(6)).isEqualTo("0123XX");
    }

    private String reads(int times) {
        return reads(client, times);
    }

    /** One character per read: the byte, or X for a failure. */
    private static String reads(Connection connection, int times) {
        List<String> reads = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            try {
                reads.add(Text.read(connection, 1));
            } catch (IOException e) {
                reads.add("X");
            }
        }
        return String.join("", reads);
    }

    private String writes(int times) {
        List<String> writes = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            try {
                Text.write(client, ".");
                writes.add(".");
            } catch (IOException e) {
                writes.add("X");
            }
        }
        return String.join("", writes);
    }

    private static Fault boom() {
        return Fault.failWith(() -> new IOException("boom"));
    }
}
