package dev.nettest.contract;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Loopback only: tells when a thread is blocked in the kernel. A platform thread is when the kernel has put it to sleep
 * and its top frame is a native method of the JDK's sockets; a virtual thread when it is parked below such a method.
 */
final class Blocked {
    private static final Map<Thread, Path> STATS = new ConcurrentHashMap<>();

    private Blocked() {}

    /** Makes the calling platform thread known; only a thread itself can learn its number in the kernel. */
    static void register() {
        try {
            Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
            STATS.put(Thread.currentThread(), Path.of("/proc").resolve(self).resolve("stat"));
        } catch (IOException e) {
            throw new AssertionError("no /proc/thread-self", e);
        }
    }

    /** Returns also when the thread has ended; what it came to then tells. */
    static void await(Thread thread) {
        Spin.until(
                () -> !thread.isAlive() || isBlocked(thread),
                () -> thread + " blocks in a socket; it is " + thread.getState() + " in "
                        + Arrays.toString(thread.getStackTrace()));
    }

    private static boolean isBlocked(Thread thread) {
        return Task.isVirtual(thread) ? isParkedInSocket(thread) : isAsleepInSocket(thread);
    }

    static void forgetTheDead() {
        STATS.keySet().removeIf(thread -> !thread.isAlive());
    }

    private static boolean isParkedInSocket(Thread thread) {
        Thread.State state = thread.getState();
        return (state == Thread.State.WAITING || state == Thread.State.TIMED_WAITING)
                && Arrays.stream(thread.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().startsWith("sun.nio.ch."));
    }

    private static boolean isAsleepInSocket(Thread thread) {
        Path stat = STATS.get(thread);
        return stat != null
                && isInNativeSocketMethod(thread)
                && kernelState(stat) == 'S'
                && isInNativeSocketMethod(thread);
    }

    private static boolean isInNativeSocketMethod(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        return stack.length > 0
                && stack[0].isNativeMethod()
                && stack[0].getClassName().startsWith("sun.nio.ch.");
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
