package dev.nettest.internal.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Contents of files in {@code /proc}, as kernels write them. */
class ProcTextTest {

    @ParameterizedTest
    @ValueSource(strings = {"5.16", "5.16.0", "5.100.1", "6.0.0-rc1", "6.18.44-custom", "6.1.0-13-amd64", "10.0"})
    void newKernelsLookUnderTheLock(String version) {
        assertThat(ProcText.hasLockedWchan(version)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5.15.0-91-generic", "5.4", "4.18.0-513.el8.x86_64", "4.4.0", "six", "6", "99999.1"})
    void othersMayNot(String version) {
        assertThat(ProcText.hasLockedWchan(version)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"futex_do_wait", "futex_wait_queue", "futex_wait_queue_me", "futex_do_wait.constprop.0"})
    void aParkedThreadIsInOneOfTheseFunctions(String wchan) {
        assertThat(ProcText.isFutexWait(bytes(wchan))).isTrue();
    }

    /** A thread in one of these may wait for a lock of the kernel. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "futex",
                "futex_wake",
                "futex_wait_setup",
                "futex_do_waitv",
                "__futex_wait",
                "futex_wait_queue_other",
                "hrtimer_nanosleep"
            })
    void otherFunctionsAreNoFutexWait(String wchan) {
        assertThat(ProcText.isFutexWait(bytes(wchan))).isFalse();
    }

    @Test
    void arrivalsAreTheThirdNumber() {
        assertThat(ProcText.arrivals(bytes("323280 3542410 17\n"))).isEqualTo(17);
        assertThat(ProcText.arrivals(bytes("0 0 0\n"))).isZero();
        assertThat(ProcText.arrivals(bytes("1 2 18446744073\n"))).isEqualTo(18_446_744_073L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "1 2", "1 2 ", "1 2 x"})
    void withoutAThirdNumberThereAreNoArrivals(String schedstat) {
        assertThat(ProcText.arrivals(bytes(schedstat))).isNegative();
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }
}
