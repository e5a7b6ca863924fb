package dev.nettest;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The one stack frame that matters to a reader: the nearest that is not this library's or the language's. */
final class Birthplace {

    private static final Set<String> OWN_PACKAGES = Set.of(
            "dev.nettest",
            "dev.nettest.kernel",
            "dev.nettest.socket",
            "dev.nettest.junit",
            "dev.nettest.dsl",
            "dev.nettest.dsl.kotest");

    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    private Birthplace() {}

    static @Nullable StackTraceElement here() {
        return WALKER.walk(frames -> frames.filter(frame -> !isOwn(frame.getDeclaringClass()))
                .findFirst()
                .map(StackWalker.StackFrame::toStackTraceElement)
                .orElse(null));
    }

    private static boolean isOwn(Class<?> type) {
        String name = type.getPackageName();
        return OWN_PACKAGES.contains(name)
                || name.startsWith("kotlin")
                || name.startsWith("java.")
                || name.startsWith("javax.net")
                || name.startsWith("jdk.")
                || name.startsWith("sun.");
    }
}
