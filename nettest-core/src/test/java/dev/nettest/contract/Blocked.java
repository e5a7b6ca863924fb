package dev.nettest.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loopback only: waits until a thread is blocked in a socket. A platform thread is blocked if the kernel has put it to
 * sleep in a native method of the JDK's sockets, or in one of their locks. A virtual thread is blocked if it is parked
 * in a method of these.
 */
final class Blocked {
    private static final Map<Thread, Path> STATS = new ConcurrentHashMap<>();

    private Blocked() {}

    /** Registers the calling platform thread; only the thread itself can find out its kernel id. */
    static void register() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            STATS.put(Thread.currentThread(), Path.of("/proc").resolve(self).resolve("stat"));
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
        STATS.keySet().removeIf(thread -> !thread.isAlive());
    }

    private static boolean isParkedInSocket(Thread thread) {
        Thread.State state = thread.getState();
        return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                && isOfSockets(thread.getStackTrace());
    }

    private static boolean isAsleepInSocket(Thread thread) {
        Path stat = STATS.get(thread);
        return stat != null && isInSocket(thread) && kernelState(stat) == 'S' && isInSocket(thread);
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

    private static char kernelState(Path stat) {
        try {
            String text = Files.readString(stat);
            return text.charAt(text.lastIndexOf(')') + 2);
        } catch (NoSuchFileException e) {
            return 'X';
        } catch (IOException e) {
            return '?';
        }
    }
}
