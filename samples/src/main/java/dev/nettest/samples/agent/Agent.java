package dev.nettest.samples.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;

/** A daemon that signs lines for the programs of its machine, like a key agent on a Unix domain socket. */
public final class Agent {

    private Agent() {}

    /** Answers one client until it closes the connection. */
    public static void serve(InputStream input, OutputStream output) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(input, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            output.write(("signed " + line + "\n").getBytes(UTF_8));
        }
    }
}
