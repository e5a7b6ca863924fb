package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Timeouts of reads. */
abstract class ReadDeadlineContract extends DeadlineContract {

    @Override
    Subject subject() throws IOException {
        needs(Capability.READ_TIMEOUT);
        Pair pair = backend.pair();
        return new Subject() {
            @Override
            public Object block() throws IOException {
                return pair.client().read(new byte[1]);
            }

            @Override
            public void unblock() throws IOException {
                if (backend.capacity() > 0) {
                    pair.server().writeFully(new byte[1]);
                    pair.settle();
                } else {
                    Task.start(backend, "writer", () -> pair.server().write(new byte[1]))
                            .awaitBlocked();
                }
            }

            @Override
            public void deadline(Duration timeout) throws IOException {
                pair.client().readTimeout(timeout);
            }

            @Override
            public void close() throws IOException {
                pair.client().close();
            }

            @Override
            public String timedOut() {
                return expanded("read-timed-out");
            }

            @Override
            public String success() {
                return "1";
            }

            @Override
            public String closedMeanwhile() {
                return Outcome.expand("closed-meanwhile", backend.jdkType());
            }
        };
    }

    @Test
    void readAfterATimeoutFindsTheEndOfTheStream() throws IOException {
        needs(Capability.READ_TIMEOUT);
        Pair pair = backend.pair();
        pair.client().readTimeout(Duration.ofNanos(1));
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("read-timed-out"));
        pair.server().close();
        pair.settle();
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo("eof");
    }

    @Test
    void readAfterATimeoutFindsAReset() throws IOException {
        needs(Capability.READ_TIMEOUT);
        Pair pair = backend.pair();
        pair.client().readTimeout(Duration.ofNanos(1));
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("read-timed-out"));
        pair.server().reset();
        pair.settle();
        assertThat(Outcome.read(pair.client(), 1)).isEqualTo(expanded("reset"));
    }

    @Test
    void timeoutsLoseNoByte() throws IOException {
        needs(Capability.READ_TIMEOUT);
        Pair pair = backend.pair();
        int length = 5000;
        Task writer = Task.start(backend, "writer", () -> {
            Random random = new Random(4711);
            for (int done = 0; done < length; ) {
                int size = Math.min(random.nextInt(50), length - done);
                pair.server().writeFully(Bytes.position(done, size));
                done += size;
            }
            pair.server().shutdownOutput();
            return "written";
        });
        pair.client().readTimeout(Duration.ofNanos(1));
        byte[] got = new byte[length];
        int done = 0;
        while (done < length) {
            try {
                int count = pair.client().read(got, done, Math.min(37, length - done));
                assertThat(count).isPositive();
                done += count;
            } catch (SocketTimeoutException again) {
                Thread.onSpinWait();
            }
        }
        assertThat(writer.outcome()).isEqualTo("written");
        assertThat(Bytes.firstDifference(got, Bytes.position(0, length))).isEqualTo(-1);
    }
}
