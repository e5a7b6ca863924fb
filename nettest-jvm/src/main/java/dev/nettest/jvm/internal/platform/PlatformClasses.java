package dev.nettest.jvm.internal.platform;

import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.management.MBeanException;
import javax.management.MBeanServer;
import javax.management.MBeanServerFactory;
import javax.management.ReflectionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes objects of classes that {@code java.base} does not export. Each way is tried in turn: the exported package, the
 * instantiation of a security service by {@code java.base} itself, and that of a managed bean.
 */
final class PlatformClasses {

    /** The flag that makes the first way work. */
    static final String FLAG = "--add-exports java.base/sun.nio.ch=ALL-UNNAMED";

    private PlatformClasses() {}

    /** The object that a way made, or the reason why it did not. */
    private record Attempt(@Nullable Object made, String failure) {}

    /** One way to make an object. */
    private interface Way {

        Attempt make(String className, Object... arguments);
    }

    /** The way that made an object of a class. The ways before it fail slowly, and each socket needs an object. */
    private static final Map<String, Way> WORKING = new ConcurrentHashMap<>();

    /** The server of managed beans, which are never registered there. It takes long to make. */
    private static final class Beans {

        static final MBeanServer SERVER = MBeanServerFactory.newMBeanServer();
    }

    /** An object of the class with this name, made by its public constructor without parameters. */
    static Object instance(String className) {
        return first(
                List.of(PlatformClasses::exported, (name, none) -> asService(name), PlatformClasses::asBean),
                className);
    }

    /** An object of the class with this name, made by its public constructor with one boolean. */
    static Object instance(String className, boolean argument) {
        return first(List.of(PlatformClasses::exported, PlatformClasses::asBean), className, argument);
    }

    private static Object first(List<Way> ways, String className, Object... arguments) {
        Way working = WORKING.get(className);
        StringBuilder failures = new StringBuilder();
        for (Way way : working == null ? ways : List.of(working)) {
            Attempt attempt = way.make(className, arguments);
            if (attempt.made() != null) {
                WORKING.putIfAbsent(className, way);
                return attempt.made();
            }
            failures.append(failures.isEmpty() ? "" : "; ").append(attempt.failure());
        }
        throw new IllegalStateException("the platform's " + className + " cannot be reached: " + failures
                + ". Start the JVM with " + FLAG + ", in surefire's <argLine> or in Gradle's test { jvmArgs(...) }");
    }

    private static Attempt exported(String className, Object... arguments) {
        Class<?>[] types = arguments.length == 0 ? new Class<?>[0] : new Class<?>[] {boolean.class};
        try {
            return new Attempt(Class.forName(className).getConstructor(types).newInstance(arguments), "");
        } catch (ReflectiveOperationException e) {
            return new Attempt(null, "by reflection: " + e);
        }
    }

    private static Attempt asService(String className) {
        try {
            Provider provider = new ServiceProvider();
            return new Attempt(
                    new Provider.Service(provider, "Platform", className, className, null, Map.of()).newInstance(null),
                    "");
        } catch (NoSuchAlgorithmException e) {
            return new Attempt(null, "as a service: " + e);
        }
    }

    private static Attempt asBean(String className, Object... arguments) {
        String[] types = arguments.length == 0 ? new String[0] : new String[] {"boolean"};
        try {
            return new Attempt(Beans.SERVER.instantiate(className, arguments, types), "");
        } catch (ReflectionException | MBeanException | LinkageError e) {
            return new Attempt(null, "as a managed bean: " + e);
        }
    }

    /** Only names the class loader; it is never registered with {@code java.security.Security}. */
    private static final class ServiceProvider extends Provider {

        private static final long serialVersionUID = 1;

        ServiceProvider() {
            super("nettest", "1", "instantiates classes of the platform");
        }
    }
}
