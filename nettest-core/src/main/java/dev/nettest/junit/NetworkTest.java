package dev.nettest.junit;

import dev.nettest.NetworkConfig;
import dev.nettest.Personality;
import dev.nettest.TraceLevel;
import dev.nettest.VirtualClock;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Registers {@link NetworkExtension} and gives the settings of its networks, on a test class, a nested class or a test
 * method:
 *
 * <pre>{@code
 * @NetworkTest(seed = 42, clock = NetworkTest.Clock.SELF_ADVANCING)
 * class ClientTest {
 *     @Test
 *     void connects(Network network) throws Exception { ... }
 *
 *     @Test
 *     @NetworkTest(seed = 7)
 *     void connectsWithAnotherSeed(Network network) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>The innermost annotation wins, attribute by attribute: method, class, superclass, enclosing class. An attribute
 * that is not given anywhere has the default of {@link NetworkConfig#defaults()}, with all checks. The attributes are
 * arrays only so that they can be absent; each takes one value.
 *
 * <p>The annotation can be put on an annotation of your own.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(NetworkExtension.class)
@SuppressWarnings("exports") // JUnit is optional: users of this annotation have it
public @interface NetworkTest {

    /** How many tests share a network; initially {@link Scope#METHOD}. */
    Scope[] scope() default {};

    /**
     * The seed of all random choices. Without it {@code -Dnettest.seed} replaces the default. In a
     * {@code @RepeatedTest} it is the seed of the first repetition; see {@link NetworkExtension}.
     */
    long[] seed() default {};

    /** The clock; initially {@link Clock#SYSTEM}, or that of {@link #config()}. */
    Clock[] clock() default {};

    /** The operating system whose exception texts are used. */
    Personality[] personality() default {};

    /** The extent of the network's trace, see {@link NetworkConfig.Builder#trace}. */
    TraceLevel[] trace() default {};

    /** The size of receive buffers, see {@link NetworkConfig.Builder#receiveBufferSize}. */
    int[] receiveBufferSize() default {};

    /**
     * A regular expression for the names of the threads that join the network by themselves, see
     * {@link NetworkConfig.Builder#joinThreads}. {@code ".*"} means all threads.
     */
    String[] joinThreads() default {};

    /** True if the end of the network fails for leaks and for faults that never fired; initially true. */
    boolean[] checks() default {};

    /**
     * A class that supplies all other settings. It has a constructor without parameters. The other attributes change
     * what it supplies. Without it they change {@link NetworkConfig#defaults()} with all checks.
     */
    Class<? extends Supplier<NetworkConfig>>[] config() default {};

    /** How many tests share a network. */
    enum Scope {

        /** Each test has a network of its own. Each repetition and each invocation of a template is a test. */
        METHOD,

        /**
         * All tests of the class share a network. Its constructor, its {@code @BeforeAll} and its {@code @AfterAll}
         * methods have it too. It is closed and checked after the last {@code @AfterAll} method. Nested classes share
         * it; a nested class or a method with an annotation of its own has a network of its own.
         */
        CLASS
    }

    /** The clock of a network. */
    enum Clock {

        /** The system's clock. */
        SYSTEM,

        /** {@link VirtualClock#manual()}: the test moves the time. */
        MANUAL,

        /** {@link VirtualClock#selfAdvancing()}: time moves by itself if no registered thread can run. */
        SELF_ADVANCING
    }
}
