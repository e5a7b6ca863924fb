package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The effects of a cut link, and of a killed process, on both ends of a connection. */
abstract class CutContract {
    private static final String TIMED_OUT = "java.net.SocketException: Connection timed out";
    private static final String READ_TIMED_OUT = "java.net.SocketTimeoutException: Read timed out";
    private static final String RESET = "java.net.SocketException: Connection reset";
    private static final String RESET_BY_PEER = "java.net.SocketException: Connection reset by peer";
    private static final String BROKEN_PIPE = "java.net.SocketException: Broken pipe";

    /** More bytes than the buffers of both ends hold. */
    private static final int TOO_MUCH = 16 * 1024 * 1024;

    /** More retries than any test lasts. */
    private static final int PATIENT = 9;

    private CutBackend backend;

    /** @param retries {@code tcp_retries2} of both hosts */
    abstract CutBackend open(int retries);

    /**
     * Connects {@code c} of the client with {@code s} of the server. Each test calls it itself: the thread of the test
     * is registered on the clock, and JUnit runs the methods around a test on other threads.
     */
    private void connect() {
        connect(1);
    }

    private void connect(int retries) {
        backend = open(retries);
        server("ok", "listen L " + CutBackend.SERVER_ADDRESS + " 80");
        client("ok", "connect c " + CutBackend.SERVER_ADDRESS + " 80");
        server("ok", "accept s L");
    }

    @AfterEach
    void closeBackend() {
        if (backend != null) {
            backend.close();
        }
    }

    private void client(String expected, String command) {
        assertThat(backend.client().run(command)).as(command).isEqualTo(expected);
    }

    private void server(String expected, String command) {
        assertThat(backend.server().run(command)).as(command).isEqualTo(expected);
    }

    // ---- data without an acknowledgement

    @Test
    void aSenderWithoutAnAnswerTimesOut() {
        connect();
        backend.cut();
        client("ok", "write c 100");

        client(TIMED_OUT, "read c 1");
        client("eof", "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    @Test
    void anOrdinaryCloseArrivesAfterTheRepair() {
        connect(PATIENT);
        backend.cut();
        client("ok", "write c 100");
        client("ok", "close c");
        backend.repair();

        server("100", "readFully s 100");
        server("eof", "read s 1");
    }

    @Test
    void aConnectAcrossACutTimesOut() {
        connect();
        backend.cut();

        client("java.net.ConnectException: Connection timed out", "connect d " + CutBackend.SERVER_ADDRESS + " 80");
    }

    @Test
    void aSenderWhoseAcksAreCutOffTimesOut() {
        connect();
        backend.cutToClient();
        client("ok", "write c 100");
        server("100", "readFully s 100");

        client(TIMED_OUT, "read c 1");
        client("eof", "read c 1");
        backend.repair();
        server("ok", "readTimeout s 1000");
        server(READ_TIMED_OUT, "read s 1");
        server("ok", "write s 1");
        server("ok", "awaitReset s");
        server(RESET, "read s 1");
    }

    @Test
    void aWriterToAFullBufferTimesOut() {
        connect();
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        backend.cut();

        assertThat(writer.outcome()).isEqualTo(TIMED_OUT);
        client("eof", "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    @Test
    void aWriterToAFullBufferContinuesAfterTheRepair() {
        connect(PATIENT);
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        backend.cut();
        backend.repair();

        server(String.valueOf(TOO_MUCH), "readFully s " + TOO_MUCH);
        assertThat(writer.outcome()).isEqualTo("ok");
    }

    // ---- linger

    @Test
    void aLingeringCloseEndsAndItsBytesArriveAfterTheRepair() {
        connect(PATIENT);
        backend.cut();
        client("ok", "write c 100");
        client("ok", "linger c 1");
        client("ok", "close c");
        backend.repair();

        server("100", "readFully s 100");
        server("eof", "read s 1");
    }

    @Test
    void aLingeringCloseWaitsForTheRepair() {
        connect(PATIENT);
        backend.cut();
        client("ok", "write c 100");
        client("ok", "linger c 30");
        CutBackend.Started close = backend.client().start("close c");
        close.awaitBlocked();
        backend.repair();

        server("100", "readFully s 100");
        assertThat(close.outcome()).isEqualTo("ok");
    }

    @Test
    void aLingeringCloseWaitsForUnsentBytes() {
        connect(PATIENT);
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        client("ok", "linger c 30");
        CutBackend.Started close = backend.client().start("close c");
        close.awaitBlocked();

        assertThat(backend.server().run("drain s")).matches("[1-9]\\d*");
        assertThat(close.outcome()).isEqualTo("ok");
        assertThat(writer.outcome()).isEqualTo("java.net.SocketException: Socket closed");
    }

    @Test
    void unsentBytesAreReadAfterALingeringCloseHasGivenUp() {
        connect(PATIENT);
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        client("ok", "linger c 1");
        client("ok", "close c");

        assertThat(backend.server().run("drain s")).matches("[1-9]\\d*");
        server("eof", "read s 1");
    }

    @Test
    void aResetOfThePeerEndsALingeringClose() {
        connect(PATIENT);
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        client("ok", "linger c 30");
        CutBackend.Started close = backend.client().start("close c");
        close.awaitBlocked();
        server("ok", "close s");

        assertThat(close.outcome()).isEqualTo("ok");
    }

    @Test
    void aKilledProcessWithALingerTimeOfZeroResets() {
        connect(PATIENT);
        server("ok", "linger s 0");
        backend.killServer();

        client(RESET, "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    // ---- keep-alive

    @Test
    void keepAliveFindsASilentPeer() {
        connect();
        client("ok", "keepAlive c 1 1 1");
        backend.cut();

        client(TIMED_OUT, "read c 1");
        client("eof", "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    @Test
    void keepAliveThatIsSetDuringASilenceFindsIt() {
        connect();
        backend.cut();
        client("ok", "keepAlive c 1 1 1");

        client(TIMED_OUT, "read c 1");
    }

    @Test
    void keepAliveWhoseProbesAreCutOffTimesOut() {
        connect();
        client("ok", "keepAlive c 1 1 1");
        backend.cutToServer();

        client(TIMED_OUT, "read c 1");
        server("ok", "readTimeout s 1000");
        server(READ_TIMED_OUT, "read s 1");
        backend.repair();
        server("ok", "write s 1");
        server("ok", "awaitReset s");
        server(RESET, "read s 1");
    }

    @Test
    void keepAliveWhoseAnswersAreCutOffResetsThePeer() {
        connect();
        client("ok", "keepAlive c 1 1 1");
        backend.cutToClient();

        client(TIMED_OUT, "read c 1");
        server(RESET, "read s 1");
    }

    @Test
    void keepAliveDoesNotDisturbALivePeer() {
        connect();
        client("ok", "keepAlive c 1 1 1");
        client("ok", "readTimeout c 3500");

        client(READ_TIMED_OUT, "read c 1");
        server("ok", "write s 1");
        client("1", "read c 1");
    }

    @Test
    void keepAliveFindsALostReset() {
        connect();
        server("ok", "keepAlive s 1 1 9");
        backend.cut();
        abort("c");
        backend.repair();

        server(RESET, "read s 1");
        server(BROKEN_PIPE, "write s 1");
    }

    // ---- a reset is sent once

    @Test
    void anAbortDuringACutIsNotDelivered() {
        connect();
        client("ok", "write c 5");
        server("5", "read s 5");
        backend.cut();
        client("ok", "write c 100");
        abort("c");
        backend.repair();

        server("ok", "readTimeout s 1000");
        server(READ_TIMED_OUT, "read s 1");
        server("ok", "write s 1");
        server("ok", "awaitReset s");
        server(RESET, "read s 1");
        server(BROKEN_PIPE, "write s 1");
    }

    @Test
    void bytesThatArrivedBeforeALostResetAreRead() {
        connect();
        client("ok", "write c 5");
        server("ok", "awaitAvailable s 5");
        backend.cut();
        abort("c");
        backend.repair();

        server("ok", "readTimeout s 1000");
        server("5", "read s 10");
        server(READ_TIMED_OUT, "read s 1");
        server("ok", "write s 1");
        server("ok", "awaitReset s");
        server(RESET_BY_PEER, "write s 1");
        server("eof", "read s 1");
    }

    @Test
    void aCloseWithUnreadBytesDuringACutIsNotDelivered() {
        connect();
        server("ok", "write s 10");
        client("ok", "awaitAvailable c 10");
        backend.cut();
        client("ok", "close c");
        backend.repair();

        server("ok", "readTimeout s 1000");
        server(READ_TIMED_OUT, "read s 1");
        server("ok", "write s 1");
        server("ok", "awaitReset s");
        server(RESET_BY_PEER, "write s 1");
    }

    @Test
    void anAbortWhoseAnswersAreCutOffIsDelivered() {
        connect();
        client("ok", "write c 5");
        server("ok", "awaitAvailable s 5");
        backend.cutToClient();
        abort("c");

        server("5", "read s 10");
        server(RESET, "read s 1");
    }

    private void abort(String name) {
        client("ok", "linger " + name + " 0");
        client("ok", "close " + name);
    }

    // ---- a killed process

    @Test
    void aKilledProcessEndsTheStream() {
        connect();
        server("ok", "write s 7");
        client("ok", "awaitAvailable c 7");
        backend.killServer();

        client("7", "read c 10");
        client("eof", "read c 1");
        client("ok", "write c 1");
        client("ok", "awaitReset c");
        client(BROKEN_PIPE, "write c 1");
        client("eof", "read c 1");
    }

    @Test
    void aKilledProcessWithUnreadBytesResets() {
        connect();
        server("ok", "write s 7");
        client("ok", "write c 10");
        server("ok", "awaitAvailable s 10");
        client("ok", "awaitAvailable c 7");
        backend.killServer();

        client("7", "read c 10");
        client(RESET, "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    @Test
    void aKilledProcessWithUnreadBytesResetsAfterItsEnd() {
        connect();
        server("ok", "shutdownOutput s");
        client("eof", "read c 1");
        client("ok", "write c 10");
        server("ok", "awaitAvailable s 10");
        backend.killServer();

        client("ok", "awaitReset c");
        client("eof", "read c 1");
        client(BROKEN_PIPE, "write c 1");
    }

    @Test
    void aBlockedWriterToAKilledProcessIsReset() {
        connect();
        CutBackend.Started writer = backend.client().start("write c " + TOO_MUCH);
        writer.awaitBlocked();
        backend.killServer();

        assertThat(writer.outcome()).isEqualTo(RESET_BY_PEER);
        client(BROKEN_PIPE, "write c 1");
        client("eof", "read c 1");
    }

    @Test
    void aConnectionInTheAcceptQueueOfAKilledProcessIsReset() {
        connect();
        client("ok", "connect d " + CutBackend.SERVER_ADDRESS + " 80");
        backend.killServer();

        client(RESET, "read d 1");
        client("java.net.ConnectException: Connection refused", "connect e " + CutBackend.SERVER_ADDRESS + " 80");
    }

    @Test
    void bytesOfAProcessKilledDuringACutArriveAfterTheRepair() {
        connect(PATIENT);
        backend.cut();
        server("ok", "write s 7");
        backend.killServer();
        backend.repair();

        client("7", "readFully c 7");
        client("eof", "read c 1");
    }

    @Test
    void aProcessKilledWithUnreadBytesDuringACutSendsNothing() {
        connect();
        client("ok", "write c 10");
        server("ok", "awaitAvailable s 10");
        backend.cut();
        backend.killServer();
        backend.repair();

        client("ok", "readTimeout c 1000");
        client(READ_TIMED_OUT, "read c 1");
        client("ok", "write c 1");
        client("ok", "awaitReset c");
        client(RESET_BY_PEER, "write c 1");
    }
}
