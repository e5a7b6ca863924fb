package dev.nettest.samples.jvm;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The WebSocket client of the JDK. */
@JvmNetworkTest
class WebSocketTest {

    private static final int HANDSHAKE = 129; // the bytes of the answer
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; // RFC 6455

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> quotes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();

    /** The code under test: the client may hand it a frame in parts. */
    private class Quotes implements WebSocket.Listener {

        private final StringBuilder quote = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            quote.append(part);
            if (last) {
                quotes.add(quote.toString());
                quote.setLength(0);
            }
            return WebSocket.Listener.super.onText(socket, part, last);
        }

        @Override
        public CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
            closed.complete(code);
            return null;
        }

        @Override
        public void onError(WebSocket socket, Throwable error) {
            closed.completeExceptionally(error);
        }
    }

    /** Accepts the handshake, and sends two quotes in frames of seven bytes. */
    private static void sendQuotes(Connection client) throws IOException {
        BufferedReader header = new BufferedReader(new InputStreamReader(client.inputStream(), ISO_8859_1));
        String key = "";
        for (String line = header.readLine(); !line.isEmpty(); line = header.readLine()) {
            if (line.startsWith("Sec-WebSocket-Key: ")) {
                key = line.substring(19);
            }
        }
        OutputStream output = client.outputStream();
        output.write(("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n")
                .getBytes(ISO_8859_1));
        output.write(frame("17.20"));
        output.write(frame("17.25"));
        output.write(new byte[] {(byte) 0x88, 0}); // the end
    }

    private static String accept(String key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-1").digest((key + MAGIC).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] frame(String text) {
        return ("\u0081" + (char) text.length() + text).getBytes(ISO_8859_1);
    }

    private void subscribe(Claim claim) {
        client.newWebSocketBuilder()
                .buildAsync(URI.create("ws://" + claim.address(1) + "/quotes"), new Quotes())
                .join();
    }

    // snippet: jvm-web-socket
    @Test
    void receivesQuotes(Claim claim) throws Exception {
        claim.host("exchange").listen(80).serve(WebSocketTest::sendQuotes);

        subscribe(claim);

        assertThat(closed.get()).isEqualTo(1005); // closed in order
        assertThat(quotes).containsExactly("17.20", "17.25");
    }

    @Test
    void takesNoQuoteThatIsCutShort(Claim claim) throws Exception {
        Listener exchange = claim.host("exchange").listen(80);
        exchange.faults().write(Fault.halfClose().afterBytes(HANDSHAKE + 7 + 2)); // behind the header of a frame
        exchange.serve(WebSocketTest::sendQuotes);

        subscribe(claim);

        assertThat(closed.get()).isEqualTo(1006); // closed without a close frame
        assertThat(quotes).containsExactly("17.20");
    }
    // end snippet
}
