package dev.nettest.junit;

import dev.nettest.Host;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Names the {@link Host} of a parameter, which {@link NetworkExtension} makes in the network of the test:
 *
 * <pre>{@code
 * @Test
 * void replicates(@NetworkHost(name = "db", addresses = "10.0.0.5") Host db) throws Exception { ... }
 * }</pre>
 *
 * <p>Further parameters with the same name get the same host. They give the same addresses, or none.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface NetworkHost {

    /** The name of the host. */
    String name();

    /** Its addresses, such as {@code "10.0.0.5"}; none for a host that an earlier parameter made. */
    String[] addresses() default {};
}
