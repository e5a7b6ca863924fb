package dev.nettest.jvm;

import dev.nettest.junit.NetworkTest;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives each test a network that has a {@link Claim}, on a test class, a nested class or a test method:
 *
 * <pre>{@code
 * @JvmNetworkTest(localhost = Localhost.ALL_THREADS)
 * class ServerTest {
 *     @Test
 *     void greets(Claim claim) throws Exception { ... }
 * }
 * }</pre>
 *
 * <p>The innermost annotation gives all settings of the claim. {@link NetworkTest} beside it gives those of the
 * network.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@NetworkTest
@ExtendWith(JvmNetworkExtension.class)
@SuppressWarnings("exports") // JUnit is optional: users of this annotation have it
public @interface JvmNetworkTest {

    /** See {@link ClaimConfig.Builder#localhost}. */
    Localhost localhost() default Localhost.REGISTERED_THREADS;

    /** See {@link ClaimConfig.Builder#addresses}. */
    String[] addresses() default {};

    /** See {@link ClaimConfig.Builder#kernelPorts}. */
    int[] kernelPorts() default {};

    /** True if connections and binds of the kernel fail, see {@link ClaimConfig.Builder#forbidRealSockets}. */
    boolean forbidRealSockets() default false;

    /** The addresses that stay allowed. */
    String[] allowedReal() default {};
}
