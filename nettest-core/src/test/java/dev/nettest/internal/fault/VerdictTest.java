package dev.nettest.internal.fault;

import static dev.nettest.internal.fault.LooseFaults.installed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Fault;
import dev.nettest.internal.fault.Verdict.Hit;
import dev.nettest.internal.sync.Timers;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The text of a verdict, the fault that holds an operation, and the counts. */
class VerdictTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final InstalledFault delay = installed(Fault.delayed(SECOND));
    private final InstalledFault drip = installed(Fault.drip(1, SECOND));
    private final InstalledFault corrupt = installed(Fault.corrupt());

    private static Hit hit(InstalledFault fault) {
        return new Hit(fault, 7, null);
    }

    private Verdict verdict(InstalledFault result) {
        return new Verdict(hit(result), hit(delay), hit(drip), hit(corrupt), Long.MAX_VALUE, Timers.NEVER);
    }

    @Test
    void itsTextNamesEachFault() {
        assertThat(verdict(installed(Fault.stall())))
                .hasToString("read fault Fault.stall() on end, read fault Fault.delayed(PT1S) on end,"
                        + " read fault Fault.drip(1, PT1S) on end, read fault Fault.corrupt() on end");
        assertThat(Verdict.pass(Long.MAX_VALUE, Timers.NEVER)).hasToString("PASS");
    }

    @Test
    void aStallHoldsBeforeADelayAndADelayBeforeADrip() {
        InstalledFault stall = installed(Fault.stall());

        assertThat(verdict(stall).heldBy(true, true)).isSameAs(stall);
        Verdict others = verdict(installed(Fault.reset()));
        assertThat(others.heldBy(true, true)).isSameAs(delay);
        assertThat(others.heldBy(false, true)).isSameAs(drip);
        assertThat(others.heldBy(false, false)).isNull();
    }

    @Test
    void anOperationWithoutBytesCountsItsResultAndItsTime() {
        InstalledFault reset = installed(Fault.reset());

        verdict(reset).fire(LooseFaults.ENDPOINT);

        assertThat(reset.fireCount()).isEqualTo(1);
        assertThat(delay.fireCount()).isEqualTo(1);
    }

    @Test
    void argumentsBelongToTheirEffects() {
        assertThat(verdict(installed(Fault.duplicate(3))).duplicates()).isEqualTo(3);
        assertThat(verdict(installed(Fault.reorder(4))).reorderDistance()).isEqualTo(4);
        assertThat(verdict(installed(Fault.reset())).random()).isEqualTo(7);

        assertThatThrownBy(() -> Verdict.pass(Long.MAX_VALUE, Timers.NEVER).duplicates())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the argument of DUPLICATE was asked of PASS");
        assertThatThrownBy(() -> Verdict.pass(Long.MAX_VALUE, Timers.NEVER).random())
                .isInstanceOf(IllegalStateException.class);
    }
}
