package dev.nettest.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Fails a test that uses real sockets, on a test class, a nested class or a test method:
 *
 * <pre>{@code
 * @NetworkTest
 * @ForbidRealSockets(allowed = "127.0.0.1:5432")
 * class ClientTest { ... }
 * }</pre>
 *
 * <p>{@link dev.nettest.guard.RealSocketGuard} watches each test with its {@code @BeforeEach} and {@code @AfterEach}
 * methods, and lists what it can see. The innermost annotation wins: method, class, superclass, enclosing class.
 */
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@ExtendWith(RealSocketExtension.class)
@SuppressWarnings("exports") // JUnit is optional: users of this annotation have it
public @interface ForbidRealSockets {

    /**
     * Uses that are not reported: addresses, prefixes, paths, and packages of the code that uses the sockets, see
     * {@link dev.nettest.guard.RealSocketGuard#start}.
     */
    String[] allowed() default {};
}
