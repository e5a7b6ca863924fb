package dev.nettest;

/**
 * The operating system that a network imitates in the texts of its exceptions, in English. Set it
 * with {@link NetworkConfig.Builder#personality}; {@link SystemError} lists the texts.
 *
 * <p>A personality changes texts, not outcomes: the behaviour is always that of Linux. Texts of the JDK's Java code
 * are the same on every system: {@code Connect timed out}, {@code Read timed out}, {@code Accept timed out},
 * {@code Socket closed} and {@code Closed by interrupt}. Some exceptions of channels have no text.
 */
public enum Personality {
    /** The default. */
    LINUX,

    /** Has different texts for a connect that blocks and one that polls: see {@link SystemError#polled()}. */
    WINDOWS,

    /** Mostly like {@link #LINUX}. */
    MACOS
}
