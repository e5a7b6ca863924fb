package dev.nettest;

import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Selects the threads that join a network by themselves; for {@link NetworkConfig.Builder#joinThreads}. Any predicate
 * on threads can be used too.
 */
public final class JoiningThreads {

    private JoiningThreads() {}

    /** Every thread. */
    public static Predicate<Thread> all() {
        return thread -> true;
    }

    /**
     * Threads whose whole name matches.
     *
     * @param regex such as {@code "MQTT .*"}
     * @throws java.util.regex.PatternSyntaxException if it is no regular expression
     */
    public static Predicate<Thread> named(String regex) {
        Pattern pattern = Pattern.compile(Objects.requireNonNull(regex, "regex"));
        return thread -> pattern.matcher(thread.getName()).matches();
    }

    /** Threads of {@code group}, and of the groups below it. */
    public static Predicate<Thread> of(ThreadGroup group) {
        Objects.requireNonNull(group, "group");
        return thread -> {
            ThreadGroup own = thread.getThreadGroup();
            return own != null && group.parentOf(own);
        };
    }
}
