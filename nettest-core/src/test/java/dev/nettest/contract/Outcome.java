package dev.nettest.contract;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The outcome of an operation as text, so that outcomes can be listed and compared. A number is a count of bytes; an
 * exception is its class and message.
 *
 * <p>Expectations use the words below and are expanded for a JDK type. The types differ in little more than the class
 * of an exception with the same message.
 */
final class Outcome {
    private static final Map<String, String> SOCKET_WORDS = Map.ofEntries(
            Map.entry("reset", "java.net.SocketException: Connection reset"),
            Map.entry("reset-by-peer", "java.net.SocketException: Connection reset by peer"),
            Map.entry("broken-pipe", "java.net.SocketException: Broken pipe"),
            Map.entry("output-shut", "java.net.SocketException: Broken pipe"),
            Map.entry("closed", "java.net.SocketException: Socket closed"),
            Map.entry("closed-meanwhile", "java.net.SocketException: Socket closed"),
            Map.entry("is-closed", "java.net.SocketException: Socket is closed"),
            Map.entry("input-already-shut", "java.net.SocketException: Socket input is already shutdown"),
            Map.entry("output-already-shut", "java.net.SocketException: Socket output is already shutdown"));
    private static final Map<String, String> CHANNEL_WORDS = Map.of(
            "reset", "java.net.SocketException: Connection reset",
            "reset-by-peer", "java.io.IOException: Connection reset by peer",
            "broken-pipe", "java.io.IOException: Broken pipe",
            "output-shut", "java.nio.channels.AsynchronousCloseException",
            "closed", "java.nio.channels.ClosedChannelException",
            "closed-meanwhile", "java.nio.channels.AsynchronousCloseException",
            "is-closed", "java.nio.channels.ClosedChannelException",
            "interrupted", "java.nio.channels.ClosedByInterruptException");
    private static final Map<String, String> COMMON_WORDS = Map.of(
            "refused", "java.net.ConnectException: Connection refused",
            "in-use", "java.net.BindException: Address already in use",
            "read-timed-out", "java.net.SocketTimeoutException: Read timed out",
            "accept-timed-out", "java.net.SocketTimeoutException: Accept timed out",
            "connect-timed-out", "java.net.SocketTimeoutException: Connect timed out",
            "closed-by-interrupt", "java.net.SocketException: Closed by interrupt");

    private Outcome() {}

    /** An operation; its outcome is {@code toString} of the result. */
    @FunctionalInterface
    interface Call {
        Object run() throws Exception;
    }

    /** An operation without a result; its outcome is {@code ok}. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    static String of(Call call) {
        try {
            return String.valueOf(call.run());
        } catch (Exception e) {
            return e.toString();
        }
    }

    static String done(Action action) {
        return of(() -> {
            action.run();
            return "ok";
        });
    }

    static String read(Stream stream, int length) {
        return of(() -> bytes(stream.read(new byte[length])));
    }

    static String write(Stream stream, int length) {
        return of(() -> stream.write(new byte[length]));
    }

    /** A count of bytes, or {@code eof}. */
    static String bytes(int count) {
        return count < 0 ? "eof" : String.valueOf(count);
    }

    /** Expands the words; other text stays unchanged. */
    static String expand(String words, JdkType jdkType) {
        return Arrays.stream(words.split(", *"))
                .map(word -> expandOne(word, jdkType))
                .collect(Collectors.joining(", "));
    }

    private static String expandOne(String word, JdkType jdkType) {
        String common = COMMON_WORDS.getOrDefault(word, word);
        return (jdkType == JdkType.SOCKET ? SOCKET_WORDS : CHANNEL_WORDS).getOrDefault(word, common);
    }
}
