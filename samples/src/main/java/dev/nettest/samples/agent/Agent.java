package dev.nettest.samples.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;

/** A daemon that signs what the programs of its machine ask for, a line each, as an agent for keys does over a Unix domain socket. */
public final class Agent {

    private Agent() {}

    /** Answers one client until that leaves. */
    public static void serve(InputStream input, OutputStream output) throws IOException {
        BufferedReader requests = new BufferedReader(new InputStreamReader(input, UTF_8));
        for (String line = requests.readLine(); line != null; line = requests.readLine()) {
            output.write(("signed " + line + "\n").getBytes(UTF_8));
        }
    }
}
