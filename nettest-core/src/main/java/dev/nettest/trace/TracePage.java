package dev.nettest.trace;

import dev.nettest.Snapshot;
import dev.nettest.Trace;
import dev.nettest.internal.diagram.Diagram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One HTML file that shows a {@link Trace} as a sequence diagram. It has the payloads, the states of TCP, and the
 * network at the end. It needs no other file and no connection.
 *
 * <pre>{@code
 * TracePage.of(network.trace()).snapshot(network.snapshot()).write(Path.of("trace.html"));
 * }</pre>
 *
 * <p>A page shows at most 6,000 rows: of a longer trace the end, and the surroundings of faults, timeouts, errors,
 * losses and changes. Immutable.
 */
@SuppressWarnings("exports") // JSpecify is optional
public final class TracePage {

    private static final String DEFAULT_TITLE = "Network trace";

    private final Diagram diagram;
    private final String title;
    private final String failure;
    private final @Nullable Snapshot snapshot;
    private final String replay;

    private TracePage(Diagram diagram, String title, String failure, @Nullable Snapshot snapshot, String replay) {
        this.diagram = diagram;
        this.title = title;
        this.failure = failure;
        this.snapshot = snapshot;
        this.replay = replay;
    }

    /** A page of all events of {@code trace}. */
    public static TracePage of(Trace trace) {
        return of(Diagram.of(Objects.requireNonNull(trace, "trace")));
    }

    static TracePage of(Diagram diagram) {
        return new TracePage(diagram, DEFAULT_TITLE, "", null, "");
    }

    /** With this heading, such as the name of the test. */
    public TracePage title(String title) {
        return new TracePage(diagram, Objects.requireNonNull(title, "title"), failure, snapshot, replay);
    }

    /** With the message of the failure. Its first lines stand out. */
    public TracePage failure(String message) {
        return new TracePage(diagram, title, Objects.requireNonNull(message, "message"), snapshot, replay);
    }

    /**
     * With this failure: its message, and the tasks that ended with an exception, if the network's report has some.
     */
    public TracePage failure(Throwable failure) {
        return failure(FailureText.of(Objects.requireNonNull(failure, "failure")));
    }

    /** With the network at the end, and everything that waits there. */
    public TracePage snapshot(Snapshot snapshot) {
        return new TracePage(diagram, title, failure, Objects.requireNonNull(snapshot, "snapshot"), replay);
    }

    /** With the command that runs the test again. */
    public TracePage replay(String command) {
        return new TracePage(diagram, title, failure, snapshot, Objects.requireNonNull(command, "command"));
    }

    /** The page as text. */
    public String html() {
        return new PageHtml(this).html("");
    }

    /**
     * Writes the page, in UTF-8. An existing file is replaced.
     *
     * @throws IOException if the file cannot be written, for instance because its folder does not exist
     */
    public void write(Path file) throws IOException {
        Files.writeString(file, html(), StandardCharsets.UTF_8);
    }

    /** With this heading if it has none. */
    TracePage titleOr(String other) {
        return title.equals(DEFAULT_TITLE) ? title(other) : this;
    }

    Diagram diagram() {
        return diagram;
    }

    String title() {
        return title;
    }

    String failure() {
        return failure;
    }

    @Nullable
    Snapshot snapshot() {
        return snapshot;
    }

    String replay() {
        return replay;
    }
}
