package dev.nettest.internal.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The queue of a host that is paused and resumed while an earlier resume still sends. */
class EgressQueueTest {

    @Test
    void aSecondOpenDoesNotLetLaterDatagramsOvertake() {
        EgressQueue queue = new EgressQueue();
        List<String> sent = new ArrayList<>();
        queue.close();
        queue.add(() -> {
            sent.add("first");
            queue.close();
            queue.open(); // like another thread, before the second datagram has left
            if (!queue.add(() -> sent.add("third"))) {
                sent.add("third");
            }
        });
        queue.add(() -> sent.add("second"));

        queue.open();

        assertThat(sent).containsExactly("first", "second", "third");
        assertThat(queue.isClosed()).isFalse();
    }
}
