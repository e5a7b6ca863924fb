package dev.nettest.samples.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nettest.samples.server.Handler;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.net.SocketAddress;

/** A conversation with a {@link Store} over blocking streams: a reply for each command, until the end of the stream. */
public final class StoreHandler implements Handler {

    private final Store store;

    public StoreHandler(Store store) {
        this.store = store;
    }

    @Override
    public void serve(SocketAddress client, InputStream input, OutputStream output) throws IOException {
        BufferedReader commands = new BufferedReader(new InputStreamReader(input, UTF_8));
        BufferedWriter replies = new BufferedWriter(new OutputStreamWriter(output, UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            replies.write(store.execute(command));
            replies.write('\n');
            replies.flush();
        }
    }
}
