package dev.nettest.samples.retry;

import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.SocketFactory;

/** Asks a market for prices, each over a new connection, with a timeout for the connect and for the reply. */
public final class Quotes {

    private final SocketFactory sockets;
    private final SocketAddress market;
    private final int timeoutMillis;

    public Quotes(SocketFactory sockets, SocketAddress market, Duration timeout) {
        this.sockets = sockets;
        this.market = market;
        this.timeoutMillis = Math.toIntExact(timeout.toMillis());
    }

    /** The price of {@code symbol}. */
    public String ask(String symbol) throws IOException {
        try (Socket socket = sockets.createSocket()) {
            socket.connect(market, timeoutMillis);
            socket.setSoTimeout(timeoutMillis);
            socket.getOutputStream().write((symbol + "\n").getBytes(StandardCharsets.UTF_8));
            String price = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))
                    .readLine();
            if (price == null) {
                throw new EOFException("no price for " + symbol);
            }
            return price;
        }
    }
}
