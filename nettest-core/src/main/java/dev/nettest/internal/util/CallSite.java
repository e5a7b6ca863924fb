package dev.nettest.internal.util;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the line of the user's code: the nearest stack frame outside this library, the JDK, the Kotlin runtime and the
 * test frameworks.
 */
public final class CallSite {

    private static final String INTERNAL = "dev.nettest.internal.";

    /** The other packages of the library. Tests live in other packages below {@code dev.nettest}. */
    private static final Set<String> PACKAGES = Set.of(
            "dev.nettest",
            "dev.nettest.socket",
            "dev.nettest.channel",
            "dev.nettest.trace",
            "dev.nettest.junit",
            "dev.nettest.dsl",
            "dev.nettest.dsl.internal",
            "dev.nettest.kotest");

    /** The class of Kotlin that resumes coroutines. The frames below it belong to a dispatcher. */
    private static final String RESUMPTION = "kotlin.coroutines.jvm.internal.BaseContinuationImpl";

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private CallSite() {}

    /**
     * The line from which the current thread called the library. Null if there is none, such as in a resumed coroutine
     * of the library, whose caller is not on the stack.
     */
    public static @Nullable StackTraceElement here() {
        return WALKER.walk(
                frames -> frames.takeWhile(frame -> !frame.getClassName().equals(RESUMPTION))
                        .filter(frame -> !isLibrary(frame.getClassName()))
                        .findFirst()
                        .map(StackWalker.StackFrame::toStackTraceElement)
                        .orElse(null));
    }

    /** The file and the number of a line, such as {@code EchoSpec.kt:17}. */
    public static String place(StackTraceElement line) {
        String file = line.getFileName() == null ? line.getClassName() : line.getFileName();
        return line.getLineNumber() < 0 ? file : file + ":" + line.getLineNumber();
    }

    /** The class, the method and the line, without the name of the class loader that a stack of another thread has. */
    public static String text(StackTraceElement frame) {
        return new StackTraceElement(
                        frame.getClassName(), frame.getMethodName(), frame.getFileName(), frame.getLineNumber())
                .toString();
    }

    /** The index of the first frame of {@code stack} in the user's code; its length if there is none. */
    public static int indexIn(StackTraceElement[] stack) {
        int index = 0;
        while (index < stack.length
                && (isLibrary(stack[index].getClassName()) || isHidden(stack[index].getClassName()))) {
            index++;
        }
        return index;
    }

    /** True for the class of a method reference. It has no line, and only {@code Thread.getStackTrace} shows it. */
    private static boolean isHidden(String className) {
        return className.indexOf('/') >= 0;
    }

    /** True for a class of this library, the JDK, the Kotlin runtime, or a test framework that calls a lambda. */
    public static boolean isLibrary(String className) {
        return className.startsWith(INTERNAL)
                || className.startsWith("org.assertj.")
                || className.startsWith("org.junit.")
                || className.startsWith("io.kotest.")
                || className.startsWith("kotlin")
                || className.startsWith("java.")
                || className.startsWith("javax.net")
                || className.startsWith("jdk.")
                || className.startsWith("sun.")
                || PACKAGES.contains(className.substring(0, Math.max(0, className.lastIndexOf('.'))));
    }
}
