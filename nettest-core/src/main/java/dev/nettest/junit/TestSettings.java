package dev.nettest.junit;

import dev.nettest.JoiningThreads;
import dev.nettest.NetworkClock;
import dev.nettest.NetworkConfig;
import dev.nettest.VirtualClock;
import java.lang.reflect.AnnotatedElement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/** Settings of the networks of one context, from its {@link NetworkTest} annotations. */
final class TestSettings {

    /** Replaces every seed of a repeated test, to replay one repetition. */
    private static final String SEED_PROPERTY = "nettest.seed";

    /** The last part of the unique id of a repetition. JUnit has no other way to ask an extension context for it. */
    private static final Pattern REPETITION = Pattern.compile("#(\\d+)]$");

    private final ExtensionContext context;
    private final NetworkConfig base;

    /** From the innermost to the outermost. */
    private final List<NetworkTest> annotations = new ArrayList<>();

    /** The innermost context with an annotation; null if there is none. */
    private final @Nullable ExtensionContext annotated;

    /**
     * @param context of a test or a class
     * @param base for attributes that no annotation gives
     */
    TestSettings(ExtensionContext context, NetworkConfig base) {
        this.context = context;
        this.base = base;
        ExtensionContext innermost = null;
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            List<NetworkTest> found = at.getElement().map(TestSettings::of).orElse(List.of());
            annotations.addAll(found);
            innermost = innermost == null && !found.isEmpty() ? at : innermost;
        }
        this.annotated = innermost;
    }

    /** The annotations of a method, or of a class and its superclasses. */
    private static List<NetworkTest> of(AnnotatedElement element) {
        List<NetworkTest> found = new ArrayList<>();
        AnnotatedElement at = element;
        while (at != null) {
            AnnotationSupport.findAnnotation(at, NetworkTest.class).ifPresent(found::add);
            at = at instanceof Class<?> type ? type.getSuperclass() : null;
        }
        return found;
    }

    /** The class whose tests share the network; empty if each test has its own. */
    Optional<ExtensionContext> sharingClass() {
        if (annotated == null
                || given("scope", NetworkTest::scope).orElse(NetworkTest.Scope.METHOD) == NetworkTest.Scope.METHOD) {
            return Optional.empty();
        }
        if (annotated.getTestMethod().isPresent()) {
            rejectScopeOf(annotated);
            return Optional.empty();
        }
        return Optional.of(annotated);
    }

    private static void rejectScopeOf(ExtensionContext method) {
        AnnotatedElement element = method.getElement().orElseThrow();
        AnnotationSupport.findAnnotation(element, NetworkTest.class)
                .filter(annotation -> List.of(annotation.scope()).contains(NetworkTest.Scope.CLASS))
                .ifPresent(annotation -> {
                    throw new ExtensionConfigurationException("@NetworkTest(scope = CLASS) is on the method "
                            + method.getRequiredTestMethod().getName() + " of "
                            + method.getRequiredTestClass().getName() + "; put it on the class");
                });
    }

    NetworkConfig config() {
        NetworkConfig start = given("config", NetworkTest::config)
                .map(supplier -> ReflectionSupport.newInstance(supplier).get())
                .orElse(base);
        NetworkConfig.Builder builder = start.toBuilder();
        given("seed", annotation -> boxed(annotation.seed())).ifPresent(builder::seed);
        given("clock", NetworkTest::clock).ifPresent(clock -> setClock(builder, clock));
        given("trace", NetworkTest::trace).ifPresent(builder::trace);
        given("personality", NetworkTest::personality).ifPresent(builder::personality);
        given("receiveBufferSize", annotation -> boxed(annotation.receiveBufferSize()))
                .ifPresent(builder::receiveBufferSize);
        given("joinThreads", NetworkTest::joinThreads)
                .ifPresent(regex -> builder.joinThreads(JoiningThreads.named(regex)));
        given("checks", annotation -> boxed(annotation.checks())).ifPresent(builder::checks);
        if (isRepeated()) {
            long seed = builder.build().seed();
            builder.seed(
                    System.getProperty(SEED_PROPERTY) == null
                            ? seed + repetition() - 1
                            : NetworkConfig.defaults().seed());
        }
        return builder.build();
    }

    private static void setClock(NetworkConfig.Builder builder, NetworkTest.Clock clock) {
        switch (clock) {
            case SYSTEM -> builder.clock(NetworkClock.system());
            case MANUAL -> builder.clocks(VirtualClock::manual);
            case SELF_ADVANCING -> builder.clocks(VirtualClock::selfAdvancing);
        }
    }

    /** True in a repetition of a {@link RepeatedTest}. */
    boolean isRepeated() {
        return context.getTestMethod()
                        .filter(method -> AnnotationSupport.isAnnotated(method, RepeatedTest.class))
                        .isPresent()
                && REPETITION.matcher(context.getUniqueId()).find();
    }

    private long repetition() {
        Matcher matcher = REPETITION.matcher(context.getUniqueId());
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 1;
    }

    // ---- attributes

    /** The value of the innermost annotation that gives it. */
    private <T> Optional<T> given(String attribute, Function<NetworkTest, T[]> values) {
        for (NetworkTest annotation : annotations) {
            T[] value = values.apply(annotation);
            if (value.length > 1) {
                throw new ExtensionConfigurationException(
                        "@NetworkTest has " + value.length + " values for " + attribute + "; give one");
            }
            if (value.length == 1) {
                return Optional.of(value[0]);
            }
        }
        return Optional.empty();
    }

    private static Long[] boxed(long[] values) {
        return Arrays.stream(values).boxed().toArray(Long[]::new);
    }

    private static Integer[] boxed(int[] values) {
        return Arrays.stream(values).boxed().toArray(Integer[]::new);
    }

    private static Boolean[] boxed(boolean[] values) {
        Boolean[] boxed = new Boolean[values.length];
        for (int i = 0; i < boxed.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }
}
