package dev.nettest.samples.election;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;

/** A node of an election over sockets. Each request opens a connection and sends a line; the answer is a line. */
public final class Node {

    private static final int TICK_MILLIS = 10;
    private static final int TIMEOUT_MILLIS = 100;

    private final Election election;
    private final ServerSocket server;
    private final SocketFactory sockets;
    private final List<SocketAddress> others;
    private final ScheduledExecutorService executor;

    public Node(
            Election election,
            ServerSocket server,
            SocketFactory sockets,
            List<SocketAddress> others,
            ScheduledExecutorService executor) {
        this.election = election;
        this.server = server;
        this.sockets = sockets;
        this.others = others;
        this.executor = executor;
    }

    /** Runs until the executor is shut down. */
    public void start() {
        executor.execute(this::serve);
        executor.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void serve() {
        try (server) {
            while (true) {
                Socket client = server.accept();
                executor.execute(() -> answer(client));
            }
        } catch (IOException e) {
            // the end of the network, or of its host
        }
    }

    private void answer(Socket client) {
        try (client) {
            client.setSoTimeout(TIMEOUT_MILLIS);
            String request = receive(client);
            if (request != null) {
                send(client, election.answer(request));
            }
        } catch (IOException e) {
            // the other node asks again
        }
    }

    private void tick() {
        election.tick().ifPresent(request -> others.forEach(other -> executor.execute(() -> ask(other, request))));
    }

    private void ask(SocketAddress other, String request) {
        try (Socket socket = sockets.createSocket()) {
            socket.connect(other, TIMEOUT_MILLIS);
            socket.setSoTimeout(TIMEOUT_MILLIS);
            send(socket, request);
            String answer = receive(socket);
            if (answer != null) {
                election.answered(answer);
            }
        } catch (IOException e) {
            // no vote from this node; the next tick asks again
        }
    }

    private static void send(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    private static String receive(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }
}
