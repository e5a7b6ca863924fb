package dev.nettest.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Faults;
import dev.nettest.Operation;
import dev.nettest.testing.NetworkFixture;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The effects and triggers that each operation accepts, and the messages for others. */
class FaultRefusalTest extends NetworkFixture {
    private static final Map<String, Fault> EFFECTS = Map.of(
            "failWith", Fault.failWith(new IOException("x")),
            "reset", Fault.reset(),
            "endOfStream", Fault.endOfStream(),
            "refuse", Fault.refuse(),
            "unreachable", Fault.unreachable(),
            "timeout", Fault.timeout(),
            "stall", Fault.stall(),
            "delayed", Fault.delayed(SECOND),
            "slice", Fault.slice(1),
            "corrupt", Fault.corrupt());

    private static final Map<String, BiFunction<Faults, Fault, FaultHandle>> OPERATIONS = Map.of(
            "read", Faults::read,
            "write", Faults::write,
            "accept", Faults::accept,
            "connect", Faults::connect,
            "close", Faults::close);

    @ParameterizedTest
    @CsvSource({
        "read, failWith reset endOfStream unreachable timeout stall delayed slice corrupt",
        "write, failWith reset unreachable timeout stall delayed slice corrupt",
        "accept, failWith reset timeout stall delayed",
        "connect, failWith reset refuse unreachable timeout stall delayed",
        "close, failWith reset delayed"
    })
    void anOperationAcceptsTheseEffectsOnly(String operation, String effects) {
        Set<String> taken = new TreeSet<>();
        EFFECTS.forEach((name, fault) -> {
            try {
                OPERATIONS.get(operation).apply(network.faults(), fault).close();
                taken.add(name);
            } catch (IllegalArgumentException e) {
                assertThat(e).hasMessage("Fault." + fault + " on " + operation + ": this effect cannot apply to it");
            }
        });

        assertThat(taken).containsExactlyInAnyOrder(effects.split(" "));
    }

    @ParameterizedTest
    @CsvSource({"accept", "connect", "close"})
    void anOperationWithoutBytesRefusesAfterBytes(String operation) {
        Fault fault = Fault.reset().afterBytes(1);

        assertThatThrownBy(() -> OPERATIONS.get(operation).apply(network.faults(), fault))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Fault.reset().afterBytes(1) on " + operation + ": it moves no bytes to count");
    }

    @ParameterizedTest
    @CsvSource({"write", "connect", "close"})
    void anOperationWithoutABufferRefusesAfterBuffered(String operation) {
        Fault fault = Fault.reset().afterBuffered();

        assertThatThrownBy(() -> OPERATIONS.get(operation).apply(network.faults(), fault))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Fault.reset().afterBuffered() on " + operation + ": nothing is buffered for it");
    }

    @Test
    void aConnectionHasNoAcceptFaults() throws Exception {
        Connection end = end();

        assertThatThrownBy(() -> end.faults().accept(Fault.stall()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Fault.stall() on accept: a connection accepts nothing; install it on its listener");
    }

    @Test
    void anEstablishedConnectionTakesNoConnectFault() throws Exception {
        network.listen("10.0.0.1:80");
        Connection end = network.connect("10.0.0.1:80", dialling -> dialling.localAddress("10.0.0.2:1000"));

        assertThatThrownBy(() -> end.faults().connect(Fault.stall()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a connect fault on a connection is installed before the handshake, in the connect hook;"
                        + " connection 10.0.0.2:1000 -> 10.0.0.1:80 (ESTABLISHED) is established");
    }

    @Test
    void badArgumentsAreRefusedWithTheirValue() {
        assertRefused(() -> Fault.slice(0), "slice must be at least 1: 0");
        assertRefused(() -> Fault.delayed(Duration.ofNanos(-1)), "delay is negative: PT-0.000000001S");
        assertRefused(() -> Fault.reset().first(0), "first must be at least 1: 0");
        assertRefused(() -> Fault.reset().nth(0), "nth must be at least 1: 0");
        assertRefused(() -> Fault.reset().every(-3), "every must be at least 1: -3");
        assertRefused(() -> Fault.reset().afterBytes(-1), "afterBytes is negative: -1");
        assertRefused(() -> Fault.reset().after(Duration.ofSeconds(-1)), "duration is negative: PT-1S");
        assertRefused(() -> Fault.reset().withProbability(1.5), "probability must be between 0 and 1: 1.5");
        assertRefused(() -> Fault.reset().withProbability(-0.1), "probability must be between 0 and 1: -0.1");
        assertRefused(() -> Fault.reset().withProbability(Double.NaN), "probability must be between 0 and 1: NaN");
    }

    @Test
    void aForeignCheckedExceptionIsRefusedAtItsDeclaration() {
        assertRefused(
                () -> Fault.failWith(new InterruptedException()),
                "network operations throw an IOException or an unchecked exception, not a"
                        + " java.lang.InterruptedException");
    }

    @Test
    void nullArgumentsAreRefused() {
        assertThatThrownBy(() -> Fault.failWith((Exception) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Fault.failWith((Supplier<Exception>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Fault.delayed(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Fault.reset().after(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> Fault.reset().matching(null)).isInstanceOf(NullPointerException.class);
        OPERATIONS.forEach((name, operation) -> assertThatThrownBy(() -> operation.apply(network.faults(), null))
                .as(name)
                .isInstanceOf(NullPointerException.class));
    }

    @Test
    void aRefusedFaultIsNotInstalled() throws Exception {
        Connection end = end();

        assertThatThrownBy(() -> end.faults().write(Fault.endOfStream())).isInstanceOf(IllegalArgumentException.class);

        assertThat(end.write(dev.nettest.testing.Text.bytes("fine"))).isEqualTo(4);
    }

    @Test
    void aCheckRefusesWhatAnInstallationRefusesAndInstallsNothing() throws Exception {
        Connection end = end();

        end.faults().check(Operation.Kind.WRITE, Fault.reset());
        assertRefused(
                () -> end.faults().check(Operation.Kind.WRITE, Fault.endOfStream()),
                "Fault.endOfStream() on write: this effect cannot apply to it");

        assertThat(end.write(dev.nettest.testing.Text.bytes("fine"))).isEqualTo(4);
    }

    @Test
    void aFaultPrintsTheCallsThatDeclareIt() {
        assertThat(Fault.failWith(new IOException("boom")).once())
                .hasToString("failWith(java.io.IOException: boom).once()");
        assertThat(Fault.failWith(() -> new IOException("boom"))).hasToString("failWith(...)");
        assertThat(Fault.slice(3).first(2).nth(1).every(4)).hasToString("slice(3).first(2).nth(1).every(4)");
        assertThat(Fault.stall().after(SECOND).matching(operation -> true))
                .hasToString("stall().after(PT1S).matching(...)");
        assertThat(Fault.endOfStream().afterBuffered().withProbability(0.5).optional())
                .hasToString("endOfStream().afterBuffered().withProbability(0.5).optional()");
        assertThat(Fault.delayed(SECOND).afterBytes(7)).hasToString("delayed(PT1S).afterBytes(7)");
        assertThat(Fault.corrupt()).hasToString("corrupt()");
        assertThat(Fault.unreachable()).hasToString("unreachable()");
        assertThat(Fault.refuse()).hasToString("refuse()");
        assertThat(Fault.timeout()).hasToString("timeout()");
    }

    private static void assertRefused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
}
