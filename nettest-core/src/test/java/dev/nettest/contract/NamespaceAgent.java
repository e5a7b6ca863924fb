package dev.nettest.contract;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ServerSocketFactory;
import javax.net.SocketFactory;

/**
 * A process inside a network namespace. It runs each line of its input as a command on a thread of its own, and prints
 * the outcome: {@code 7 read c 10} is answered by {@code 7 eof}. The command {@code blocked} waits for the thread of an
 * earlier command to block.
 */
public final class NamespaceAgent {
    private final SocketCommands commands = new SocketCommands(
            SocketFactory.getDefault(), ServerSocketFactory.getDefault(), NamespaceAgent::awaitReset);
    private final Map<String, Thread> threads = new ConcurrentHashMap<>();
    private final PrintStream output = System.out;

    private NamespaceAgent() {}

    public static void main(String[] none) throws IOException {
        new NamespaceAgent().run(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII)));
    }

    private void run(BufferedReader lines) throws IOException {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String[] parts = line.split(" ", 2);
            Thread thread = new Thread(() -> answer(parts[0], parts[1]), parts[1]);
            thread.setDaemon(true);
            threads.put(parts[0], thread);
            thread.start();
        }
    }

    private static void awaitReset(Socket socket) {
        PollingWait.until(
                () -> TcpTable.read().isGone(socket.getLocalPort(), socket.getPort()), () -> socket + " is reset");
    }

    private void answer(String id, String command) {
        Blocked.register();
        String outcome;
        if (command.startsWith("blocked ")) {
            Blocked.await(threads.get(command.substring("blocked ".length())));
            outcome = "ok";
        } else {
            outcome = commands.run(command);
        }
        synchronized (output) {
            output.println(id + " " + outcome);
            output.flush();
        }
    }
}
