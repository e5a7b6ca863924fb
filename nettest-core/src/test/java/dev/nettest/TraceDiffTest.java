package dev.nettest;

import static dev.nettest.TraceDiff.Option.OPERATIONS;
import static dev.nettest.TraceDiff.Option.TIMES;
import static dev.nettest.TraceScript.SERVER;
import static dev.nettest.TraceScript.client;
import static dev.nettest.TraceScript.datagrams;
import static dev.nettest.TraceScript.server;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TraceDiffTest {

    private final TraceSocket client = client(0, 40_000);
    private final TraceSocket server = server(0, 40_000);

    private static TraceScript script() {
        return new TraceScript();
    }

    private TraceScript connected() {
        return script().connect(0, 40_000);
    }

    private static void assertEqual(TraceScript first, TraceScript second, TraceDiff.Option... options) {
        TraceDiff diff = TraceDiff.between(first.trace(), second.trace(), options);
        assertThat(diff).hasToString("no difference");
        assertThat(diff.isEmpty()).isTrue();
        assertThat(diff.first()).isEmpty();
        assertThat(diff.second()).isEmpty();
    }

    private static TraceDiff different(TraceScript first, TraceScript second, TraceDiff.Option... options) {
        TraceDiff diff = TraceDiff.between(first.trace(), second.trace(), options);
        assertThat(diff.isEmpty()).isFalse();
        return diff;
    }

    @Test
    void aTraceEqualsItself() {
        assertEqual(
                connected().write(client, "ab").close(client, false),
                connected().write(client, "ab").close(client, false),
                TIMES,
                OPERATIONS);
    }

    // ---- bytes at their offsets

    @Test
    void twoWritesEqualOneOfTheSameBytes() {
        assertEqual(connected().write(client, "hello", "world"), connected().write(client, "helloworld"));
        assertEqual(connected().write(client, 1, 6, "aaaaaa"), connected().write(client, "aa", "", "aaaa"));
    }

    @Test
    void twoWritesDifferFromOneAsOperations() {
        TraceDiff diff = different(
                connected().write(client, "hello", "world"), connected().write(client, "helloworld"), OPERATIONS);

        assertThat(diff).hasToString("""
                connection #0, dialling end app (10.0.0.2:40000) -> db (10.0.0.5:80), events, offset 0
                  both:   at 0 s: connect begins
                  both:   at 0 s: connected
                  first:  at 0 s: write 5 bytes "hello"
                  second: at 0 s: write 10 bytes "helloworld\"""");
    }

    @Test
    void repeatedOperationsAreComparedAsSingleOnes() {
        TraceScript merged = connected().write(client, 2, 3, "ababab");
        TraceScript single = connected().write(client, "ab", "ab", "ab");
        assertEqual(merged, single, OPERATIONS);
        assertThat(different(merged, connected().write(client, "ab", "ab", "aX"), OPERATIONS)
                        .toString())
                .contains("offset 5\n");
        assertThat(different(merged, connected().write(client, "ab", "ab"), OPERATIONS)
                        .toString())
                .contains("offset 4\n", "second: nothing more");
    }

    @Test
    void millionsOfOperationsTakeNoTime() {
        long count = Long.MAX_VALUE / 2;
        assertEqual(connected().read(client, 2, count), connected().read(client, 1, 2 * count));
        assertEqual(connected().read(client, 2, count), connected().read(client, 2, count), OPERATIONS);
    }

    @Test
    void aDifferentByteIsShownWithTheBytesAroundIt() {
        TraceScript first = connected().write(client, "SELECT ", "id=41\n", "go");
        TraceScript second = connected().write(client, "SELECT id=42\ngo");

        TraceDiff diff = different(first, second);

        assertThat(diff).hasToString("""
                connection #0, dialling end app (10.0.0.2:40000) -> db (10.0.0.5:80), output, offset 11
                  both:   at 0 s: write 7 bytes "SELECT "
                  first:  at 0 s: write 6 bytes "id=41\\n"
                  second: at 0 s: write 15 bytes "SELECT id=42\\ngo"
                  the bytes around the first different one:
                    first:  "SELECT id=41\\ngo"  hex 53 45 4c 45 43 54 20 69 64 3d 34 [31] 0a 67 6f
                    second: "SELECT id=42\\ngo"  hex 53 45 4c 45 43 54 20 69 64 3d 34 [32] 0a 67 6f""");
        assertThat(diff.first())
                .get()
                .isInstanceOfSatisfying(
                        TraceEvent.Written.class,
                        event -> assertThat(event.bytes()).isEqualTo(6));
        assertThat(diff.second())
                .get()
                .isInstanceOfSatisfying(
                        TraceEvent.Written.class,
                        event -> assertThat(event.bytes()).isEqualTo(15));
    }

    @Test
    void theBytesAroundAPlaceFarInsideAStreamAreBounded() {
        String before = "x".repeat(100);
        String text = different(
                        connected().write(client, before, before + "1" + before),
                        connected().write(client, before, before + "2" + before))
                .toString();

        assertThat(text)
                .contains("output, offset 200\n", "\"xxxxxxxxxxxx1xxxxxxxxxxx\"", "\"xxxxxxxxxxxx2xxxxxxxxxxx\"");
    }

    @Test
    void unknownBytesAreEqual() {
        assertEqual(connected().write(client, 100, 1, "ab"), connected().write(client, 100, 1, "abcdef"));
        assertEqual(connected().write(client, 50, 2, ""), connected().write(client, "x".repeat(100)));
        assertThat(different(
                                connected().write(client, 100, 1, "ab"),
                                connected().write(client, 100, 1, "aX"))
                        .toString())
                .contains("offset 1\n", "first:  \"ab\"  hex 61 [62]");
    }

    @Test
    void aShorterStreamDiffersAtItsEnd() {
        assertThat(different(connected().write(client, "abcdef"), connected().write(client, "ab", "cd"))
                        .toString())
                .contains("output, offset 4\n", "first:  at 0 s: write 6 bytes \"abcdef\"", "second: nothing more");
        assertThat(different(connected().read(server, 3, 1), connected().read(server, 5, 1))
                        .toString())
                .contains(
                        "accepting end db (10.0.0.5:80) -> app (10.0.0.2:40000), input, offset 3\n",
                        "first:  nothing more");
    }

    @Test
    void bothDirectionsHaveTheirOwnOffsets() {
        TraceScript first = connected().write(client, "abc").read(client, 5, 1).write(client, "def");
        TraceScript second = connected().read(client, 5, 1).write(client, "abcdef");
        assertEqual(first, second);
        assertThat(different(first, second, OPERATIONS).toString()).contains("second: at 0 s: read 5 bytes");
    }

    @Test
    void aFaultCountsAtItsOffset() {
        TraceScript first = connected().write(client, "abcd").fault(client, Operation.Kind.WRITE, "reset");
        TraceScript second = connected().write(client, "ab").fault(client, Operation.Kind.WRITE, "reset");
        assertThat(different(first, second).toString())
                .contains("offset 2\n", "first:  at 0 s: write 4 bytes", "second: at 0 s: fault on write: reset");
        assertEqual(connected().write(client, "ab", "cd").fault(client, Operation.Kind.WRITE, "reset"), first);
    }

    @Test
    void closesAndHalfClosesCount() {
        assertThat(different(connected().close(client, false), connected().close(client, true))
                        .toString())
                .contains("state\n", "first:  at 0 s: close with FIN", "second: at 0 s: close with RST");
        assertThat(different(
                                connected().add((n, t) -> new TraceEvent.HalfClosed(n, t, client, true)),
                                connected().add((n, t) -> new TraceEvent.HalfClosed(n, t, client, false)))
                        .toString())
                .contains("output\n", "first:  at 0 s: shutdown of the output", "second: nothing more");
    }

    @Test
    void failuresAndTimeoutsCount() {
        TraceScript failed =
                connected().add((n, t) -> new TraceEvent.Failed(n, t, client, Operation.Kind.READ, "Connection reset"));
        assertThat(different(failed, connected()).toString())
                .contains("input\n", "first:  at 0 s: read fails: Connection reset");
        TraceScript timedOut =
                connected().add((n, t) -> new TraceEvent.WaitTimedOut(n, t, client, "read", Duration.ofSeconds(2)));
        assertThat(different(connected(), timedOut).toString()).contains("second: at 0 s: read times out after 2 s");
    }

    // ---- time

    @Test
    void timesCountOnRequest() {
        TraceScript first = connected().at(5).write(client, "ab");
        TraceScript second = connected().at(6).write(client, "ab");
        assertEqual(first, second);
        assertThat(different(first, second, TIMES).toString())
                .contains("first:  at 5 ms: write 2 bytes", "second: at 6 ms: write 2 bytes");
    }

    @Test
    void waitsAndSegmentsAreNotCompared() {
        TraceScript waiting = connected()
                .add((n, t) -> new TraceEvent.WaitBegan(n, t, client, Operation.Kind.READ, "main"))
                .add((n, t) -> new TraceEvent.WaitEnded(n, t, client, Operation.Kind.READ, "main"))
                .add((n, t) -> new TraceEvent.InFlight(n, t, client, 3, false, false, t))
                .add((n, t) -> new TraceEvent.Delivered(n, t, server, 3, false, false, 1))
                .add((n, t) -> new TraceEvent.Retransmitted(n, t, client, 3, 0, t))
                .add((n, t) -> new TraceEvent.ClockMoved(n, t, t));
        assertEqual(waiting, connected(), TIMES, OPERATIONS);
    }

    // ---- pairs of sockets

    @Test
    void connectionsInAnotherOrderArePairedByTheirAddresses() {
        TraceScript first = script().connect(0, 40_000).connect(1, 40_001).write(client(0, 40_000), "a");
        TraceScript second = script().connect(0, 40_001).connect(1, 40_000).write(client(1, 40_000), "a");
        assertEqual(first, second);
    }

    @Test
    void connectionsWithOtherPortsArePairedInOrder() {
        TraceScript first = script().connect(0, 40_000).connect(1, 40_001);
        TraceScript second = script().connect(7, 50_007).connect(9, 50_009);
        first.write(client(1, 40_001), "a");
        second.write(client(9, 50_009), "b");

        assertThat(different(first, second).toString())
                .startsWith("connection #1, dialling end app (10.0.0.2:40001) -> db (10.0.0.5:80), in the second trace"
                        + " connection #9, dialling end app (10.0.0.2:50009) -> db (10.0.0.5:80), output, offset 0\n");
    }

    @Test
    void aSocketOfOneTraceAloneIsADifference() {
        TraceScript both = script().connect(0, 40_000);
        TraceScript more = script().connect(0, 40_000).connect(1, 40_001);
        assertThat(different(more, both).toString())
                .startsWith("only the first trace has connection #1, dialling end")
                .endsWith("\n  first:  at 0 s: connect begins\n  second: nothing more\n  1 more socket differs");
        assertThat(different(both, more).toString()).startsWith("only the second trace has connection #1, dialling");
    }

    @Test
    void theEarliestDifferenceIsShown() {
        TraceScript first = script().connect(0, 40_000).connect(1, 40_001);
        TraceScript second = script().connect(0, 40_000).connect(1, 40_001);
        first.write(client(1, 40_001), "early").write(client(0, 40_000), "late");
        second.write(client(1, 40_001), "EARLY").write(client(0, 40_000), "LATE");
        assertThat(different(first, second).toString())
                .startsWith("connection #1,")
                .endsWith("\n  1 more socket differs");
    }

    @Test
    void changesOfLinksAndHostsCount() {
        TraceScript slow = script().add((n, t) -> new TraceEvent.LinkChanged(n, t, "app - db", "latency 5 ms"));
        TraceScript lossy = script().add((n, t) -> new TraceEvent.LinkChanged(n, t, "app - db", "loss 1 %"));
        assertThat(different(slow, lossy)).hasToString("""
                link app - db, state
                  first:  at 0 s: latency 5 ms
                  second: at 0 s: loss 1 %""");
        TraceScript paused = script().add((n, t) -> new TraceEvent.HostChanged(n, t, "db", "paused"));
        assertThat(different(paused, script()).toString()).startsWith("only the first trace has host db, state\n");
    }

    // ---- datagrams

    @Test
    void datagramsAreComparedOneByOne() {
        TraceSocket socket = datagrams("10.0.0.2", 53);
        TraceScript repeated = script().send(socket, SERVER, "abc", 2);
        assertEqual(repeated, script().send(socket, SERVER, "abc", 1).send(socket, SERVER, "abc", 1));
        assertThat(different(repeated, script().send(socket, SERVER, "abcabc", 1))
                        .toString())
                .startsWith("datagram socket 10.0.0.2:53, output\n")
                .contains("first:  at 0 s: send to 10.0.0.5:80 2 x 3 bytes \"abcabc\"");
        assertThat(different(repeated, script().send(socket, SERVER, "abc", 1).send(socket, SERVER, "aXc", 1))
                        .toString())
                .contains("    first:  \"abc\"  hex 61 [62] 63\n    second: \"aXc\"  hex 61 [58] 63");
    }

    @Test
    void targetsArePairedLikeTheirSockets() {
        SocketAddress firstClient = datagrams("10.0.0.2", 40_000).local();
        SocketAddress secondClient = datagrams("10.0.0.2", 50_000).local();
        TraceSocket named = datagrams("10.0.0.5", 53);
        TraceScript first = script().send(datagrams("10.0.0.2", 40_000), named.local(), "q", 1)
                .send(named, firstClient, "a", 1);
        TraceScript second = script().send(datagrams("10.0.0.2", 50_000), named.local(), "q", 1)
                .send(named, secondClient, "a", 1);
        assertEqual(first, second);
        assertThat(different(
                                first,
                                script().send(datagrams("10.0.0.2", 40_000), named.local(), "q", 1)
                                        .send(named, SERVER, "a", 1))
                        .toString())
                .contains(
                        "first:  at 0 s: send to 10.0.0.2:40000 1 byte", "second: at 0 s: send to 10.0.0.5:80 1 byte");
    }

    @Test
    void lostDatagramsCount() {
        TraceSocket socket = datagrams("10.0.0.2", 53);
        TraceScript lost =
                script().add((n, t) -> new TraceEvent.DatagramDropped(n, t, socket, SERVER, "db", 3, 1, "loss"));
        assertThat(different(lost, script().add((n, t) -> new TraceEvent.DatagramReceived(n, t, socket, 3, 1)))
                        .toString())
                .contains("first:  at 0 s: drop to 10.0.0.5:80: loss 3 bytes", "second: nothing more");
    }

    @Test
    void aTraceWithMissingEventsIsRejected() {
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> TraceDiff.between(connected().trace(), connected().trace(3)))
                .withMessage(
                        "the second trace lacks 3 events, so its offsets are unknown; record it with TraceLevel.ALL");
    }
}
