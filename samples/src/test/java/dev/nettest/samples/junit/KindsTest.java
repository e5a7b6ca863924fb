package dev.nettest.samples.junit;

import static dev.nettest.Personality.WINDOWS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.socket.NetworkSockets;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

// snippet: junit-kinds
@NetworkTest(seed = 42)
class KindsTest {

    private Listener listener;
    private Mailbox mailbox;

    @BeforeEach
    void serve(Network network) throws Exception { // the network of the test that follows
        listener = network.listen("10.0.0.5:110");
        listener.serve(new Script("+OK 2 320"));
        mailbox = new Mailbox(NetworkSockets.socketFactory(network), "10.0.0.5");
    }

    @RepeatedTest(3)
    void repetitionsHaveTheSeeds42To44() throws Exception {
        listener.faults().write(Fault.slice(1).withProbability(0.5).optional());
        assertThat(mailbox.count()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void everySliceIsRead(int bytes) throws Exception {
        listener.faults().write(Fault.slice(bytes));
        assertThat(mailbox.count()).isEqualTo(2);
    }

    @TestFactory
    Stream<DynamicTest> dynamicTestsShareTheNetwork() {
        return IntStream.rangeClosed(1, 3)
                .mapToObj(i -> dynamicTest(
                        "call " + i, () -> assertThat(mailbox.count()).isEqualTo(2)));
    }

    @Nested
    @NetworkTest(personality = WINDOWS)
    class OnWindows {
        @Test
        void textsAreThoseOfWindows() throws Exception {
            listener.close();
            assertThatThrownBy(mailbox::count).hasMessageStartingWith("Connection refused: ");
        }
    }
}
// end snippet
