package dev.nettest.samples.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.util.Optional;

/** A client of an {@link Agent}. It works without an agent, but then signs nothing. */
public final class AgentClient {

    private final BufferedReader answers;
    private final OutputStream requests;

    public AgentClient(InputStream input, OutputStream output) {
        this.answers = new BufferedReader(new InputStreamReader(input, UTF_8));
        this.requests = output;
    }

    /** The signature of {@code text}; empty if the agent is gone. */
    public Optional<String> sign(String text) {
        try {
            requests.write((text + "\n").getBytes(UTF_8));
            return Optional.ofNullable(answers.readLine());
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
