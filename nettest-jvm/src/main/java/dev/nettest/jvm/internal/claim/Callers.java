package dev.nettest.jvm.internal.claim;

/** Finds the line of the code that called this library or the JDK. */
public final class Callers {

    private static final StackWalker WALKER = StackWalker.getInstance();

    private Callers() {}

    /** Such as {@code "ServerTest.java:42"}; {@code "an unknown line"} if all frames are of the JDK. */
    public static String line() {
        return WALKER.walk(frames -> frames.filter(frame -> isOutside(frame.getClassName()))
                .findFirst()
                .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("an unknown line"));
    }

    private static boolean isOutside(String className) {
        return !className.startsWith("dev.nettest.jvm.internal.")
                && !className.equals("dev.nettest.jvm.JvmNetwork")
                && !className.startsWith("java.")
                && !className.startsWith("javax.")
                && !className.startsWith("sun.")
                && !className.startsWith("jdk.");
    }
}
