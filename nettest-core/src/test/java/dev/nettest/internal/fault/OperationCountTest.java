package dev.nettest.internal.fault;

import static dev.nettest.internal.fault.LooseFaults.installed;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.internal.fault.Verdict.Hit;
import dev.nettest.internal.sync.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each fault counts once for each operation that it changes. */
class OperationCountTest {
    private final InstalledFault result = installed(Fault.reset());
    private final InstalledFault delay = installed(Fault.delayed(Duration.ofSeconds(1)));
    private final InstalledFault slice = installed(Fault.slice(1));
    private final InstalledFault corrupt = installed(Fault.corrupt());
    private final OperationCount count = new OperationCount(LooseFaults.ENDPOINT);
    private final Verdict verdict = verdict(result, delay, slice, corrupt);
    private final Verdict pass = Verdict.pass(Long.MAX_VALUE, Timers.NEVER);

    private static @Nullable Hit hit(@Nullable InstalledFault fault) {
        return fault == null ? null : new Hit(fault, 0, null);
    }

    private static Verdict verdict(
            @Nullable InstalledFault result,
            @Nullable InstalledFault time,
            @Nullable InstalledFault amount,
            @Nullable InstalledFault content) {
        return new Verdict(hit(result), hit(time), hit(amount), hit(content), Long.MAX_VALUE, Timers.NEVER);
    }

    /** The counts of the result, the delay, the slice and the corruption. */
    private String counts() {
        return result.fireCount() + " " + delay.fireCount() + " " + slice.fireCount() + " " + corrupt.fireCount();
    }

    @Test
    void eachFaultCounts() {
        count.all(verdict);

        assertThat(counts()).isEqualTo("1 1 1 1");
    }

    @Test
    void bytesThatMoveInPartsCountOnce() {
        count.bytes(verdict);
        count.bytes(pass);
        count.bytes(verdict);
        assertThat(counts()).isEqualTo("0 0 1 1");

        count.next();
        count.bytes(verdict);

        assertThat(counts()).isEqualTo("0 0 2 2");
    }

    @Test
    void anotherFaultOfTheSameOperationCountsToo() {
        InstalledFault other = installed(Fault.slice(2));

        count.bytes(verdict);
        count.bytes(verdict(null, null, other, null));

        assertThat(other.fireCount()).isEqualTo(1);
        assertThat(counts()).isEqualTo("0 0 1 1");
    }

    @Test
    void aDelayCountsOnceForItsOperation() {
        count.delay(verdict);
        count.result(verdict);
        assertThat(counts()).isEqualTo("1 1 0 0");

        count.next();
        count.delay(verdict);

        assertThat(counts()).isEqualTo("1 2 0 0");
    }

    @Test
    void aStallCountsOnceUntilTheVerdictChanges() {
        count.stall(verdict);
        count.stall(verdict);
        assertThat(counts()).isEqualTo("1 1 1 1");

        count.invalidated();
        count.stall(verdict);
        assertThat(counts()).isEqualTo("2 1 1 1");
        count.next();
        count.stall(verdict);

        assertThat(counts()).isEqualTo("3 2 2 2");
    }
}
