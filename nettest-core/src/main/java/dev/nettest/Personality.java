package dev.nettest;

/**
 * Whose words a network uses where the operating system speaks: the texts of the exceptions of a JDK on that system, in English.
 * Set it with {@link NetworkConfig.Builder#personality}; {@link SystemError} lists the texts.
 *
 * <p>What happens is the same under each, and it is what Linux does: a personality changes texts, not outcomes. What the Java code of
 * the JDK says by itself is the same on every system, and so it is here: {@code Connect timed out}, {@code Read timed out},
 * {@code Accept timed out}, {@code Socket closed}, {@code Closed by interrupt}, and the exceptions of channels that have no text.
 */
public enum Personality {
    /** The default. */
    LINUX,

    /** Tells a dial that blocked from one that was polled: see {@link SystemError#polled()}. */
    WINDOWS,

    /** Mostly as {@link #LINUX}. */
    MACOS
}
