package dev.nettest.guard;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import org.jspecify.annotations.Nullable;

/** The uses of sockets that the flight recorder of the JVM sees. */
final class SocketEvents {

    private static final String READ = "jdk.SocketRead";
    private static final String WRITE = "jdk.SocketWrite";
    private static final String METHOD = "jdk.MethodTrace";

    /**
     * Methods of the JDK through which each TCP connect goes, failed ones included, and each bind and Unix connect that
     * succeeds. The recorder traces methods since JDK 25 (JEP 520), without their arguments.
     */
    private static final String METHODS = "sun.net.NetHooks::beforeTcpConnect;sun.nio.ch.Net::bind;"
            + "sun.nio.ch.UnixDomainSockets::connect;sun.nio.ch.UnixDomainSockets::bind";

    private static final String UNIX_HOST = "Unix domain socket";

    private final Recording recording;

    private SocketEvents(Recording recording) {
        this.recording = recording;
    }

    static boolean isAvailable() {
        return ModuleLayer.boot().findModule("jdk.jfr").isPresent() && FlightRecorder.isAvailable();
    }

    /** Starts to record. */
    static SocketEvents start() {
        Recording recording = new Recording();
        recording.setName("nettest guard");
        recording.enable(READ).withThreshold(Duration.ZERO).withStackTrace();
        recording.enable(WRITE).withThreshold(Duration.ZERO).withStackTrace();
        recording
                .enable(METHOD)
                .with("filter", METHODS)
                .withThreshold(Duration.ZERO)
                .withStackTrace();
        recording.start();
        return new SocketEvents(recording);
    }

    /** Ends the recording, and passes the uses in it to {@code target}, in order. */
    void end(Consumer<SocketUse> target) throws IOException {
        Path file = Files.createTempFile("nettest", ".jfr");
        try {
            recording.stop();
            recording.dump(file);
            try (RecordingFile events = new RecordingFile(file)) {
                while (events.hasMoreEvents()) {
                    RecordedEvent event = events.readEvent();
                    SocketUse use = event.getEndTime().isBefore(recording.getStartTime()) ? null : use(event);
                    if (use != null) {
                        target.accept(use);
                    }
                }
            }
        } finally {
            recording.close();
            Files.deleteIfExists(file);
        }
    }

    /** Null for an event of another recording. */
    private static @Nullable SocketUse use(RecordedEvent event) throws IOException {
        return switch (event.getEventType().getName()) {
            case READ -> transfer("read from", event);
            case WRITE -> transfer("write to", event);
            case METHOD -> {
                RecordedMethod method = event.getValue("method");
                String operation = method.getName().equals("bind") ? "bind to" : "connect to";
                yield new SocketUse(operation, null, 0, "", thread(event), stack(event));
            }
            default -> null;
        };
    }

    private static SocketUse transfer(String operation, RecordedEvent event) throws IOException {
        String address = event.getString("address");
        if (UNIX_HOST.equals(event.getString("host"))) {
            String path = address == null ? "" : address.replaceAll("^\\[|]$", "");
            return new SocketUse(operation, null, 0, path, thread(event), stack(event));
        }
        InetAddress inet = address == null || address.isEmpty() ? null : InetAddress.getByName(address); // a literal
        return new SocketUse(operation, inet, event.getInt("port"), "", thread(event), stack(event));
    }

    /** Null for a virtual thread without a name too. */
    private static @Nullable String thread(RecordedEvent event) {
        RecordedThread thread = event.getThread();
        String name = thread == null ? null : thread.getJavaName();
        return name == null || name.isEmpty() ? null : name;
    }

    private static List<String> stack(RecordedEvent event) {
        RecordedStackTrace stack = event.getStackTrace();
        return stack == null
                ? List.of()
                : stack.getFrames().stream()
                        .filter(RecordedFrame::isJavaFrame)
                        .map(SocketEvents::text)
                        .toList();
    }

    /** Such as {@code "example.Client.send(line 12)"}. */
    private static String text(RecordedFrame frame) {
        RecordedMethod method = frame.getMethod();
        int line = frame.getLineNumber();
        return method.getType().getName() + "." + method.getName() + (line < 0 ? "" : "(line " + line + ")");
    }
}
