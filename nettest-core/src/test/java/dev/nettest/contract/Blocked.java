package dev.nettest.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Loopback only: waits until a thread is blocked in a socket. A platform thread is blocked if the kernel has put it to
 * sleep in a native method of the JDK's sockets, or in one of their locks. A virtual thread is blocked if it is parked
 * in a method of these.
 */
final class Blocked {
    /** The directory of each registered thread in {@code /proc}. */
    private static final Map<Thread, Path> TASKS = new ConcurrentHashMap<>();

    private static final Pattern SWITCHES = Pattern.compile("voluntary_ctxt_switches:\\s*(\\d+)");

    private Blocked() {}

    /** Registers the calling platform thread; only the thread itself can find out its kernel id. */
    static void register() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            TASKS.put(Thread.currentThread(), Path.of("/proc").resolve(self));
        } catch (IOException e) {
            throw new AssertionError("no /proc/thread-self", e);
        }
    }

    /** Returns too if the thread has ended; its outcome then shows that. */
    static void await(Thread thread) {
        PollingWait.until(
                () -> !thread.isAlive() || isBlocked(thread),
                () -> thread + " blocks in a socket; it is " + thread.getState() + " in "
                        + Arrays.toString(thread.getStackTrace()));
    }

    private static boolean isBlocked(Thread thread) {
        return Task.isVirtual(thread) ? isParkedInSocket(thread) : isAsleepInSocket(thread);
    }

    static void forgetEndedThreads() {
        TASKS.keySet().removeIf(thread -> !thread.isAlive());
    }

    /**
     * How often the kernel has switched away from a platform thread that is blocked, in a socket or for a monitor; -1
     * if it is not blocked. Two equal counts mean that it was blocked all the time in between.
     */
    static long switches(Thread thread) {
        if (Task.isVirtual(thread)) {
            return isParkedInSocket(thread) ? 0 : -1;
        }
        Path task = TASKS.get(thread);
        if (task == null || !(isInSocket(thread) || thread.getState() == Thread.State.BLOCKED)) {
            return -1;
        }
        String status = read(task.resolve("status"));
        long sum = 0;
        Matcher switches = SWITCHES.matcher(status);
        while (switches.find()) { // also the involuntary ones
            sum += Long.parseLong(switches.group(1));
        }
        return status.contains("State:\tS") ? sum : -1;
    }

    private static boolean isParkedInSocket(Thread thread) {
        Thread.State state = thread.getState();
        return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                && isOfSockets(thread.getStackTrace());
    }

    private static boolean isAsleepInSocket(Thread thread) {
        Path task = TASKS.get(thread);
        return task != null
                && isInSocket(thread)
                && read(task.resolve("status")).contains("State:\tS")
                && isInSocket(thread);
    }

    private static boolean isInSocket(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && (isOfSockets(stack[0]) || (stack[0].getMethodName().equals("park") && isOfSockets(stack)));
    }

    private static boolean isOfSockets(StackTraceElement... frames) {
        return Arrays.stream(frames).anyMatch(frame -> frame.getClassName().startsWith("sun.nio.ch."));
    }

    /** Empty if the thread has ended. */
    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return "";
        }
    }
}
