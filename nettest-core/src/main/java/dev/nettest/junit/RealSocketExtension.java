package dev.nettest.junit;

import dev.nettest.guard.RealSocketGuard;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/**
 * Fails a test that uses real sockets, as far as {@link RealSocketGuard} sees them. If the test has failed already, the
 * report is a suppressed exception of its failure. {@link ForbidRealSockets} registers it and gives settings.
 */
@SuppressWarnings("exports") // JUnit is optional: users of this class have it
public final class RealSocketExtension implements BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(RealSocketExtension.class);

    private final String @Nullable [] allowed;

    /** Takes the settings of {@link ForbidRealSockets}; without the annotation nothing is allowed. */
    public RealSocketExtension() {
        this.allowed = null;
    }

    /**
     * Uses these settings for every test.
     *
     * @param allowed see {@link RealSocketGuard#start}
     */
    public RealSocketExtension(String... allowed) {
        this.allowed = allowed.clone();
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        RealSocketGuard guard = RealSocketGuard.start(allowed == null ? annotated(context) : allowed);
        context.getStore(NAMESPACE).put(RealSocketGuard.class, guard);
    }

    /** The settings of the innermost annotation. */
    private static String[] annotated(ExtensionContext context) {
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            var found = at.getElement()
                    .flatMap(element -> AnnotationSupport.findAnnotation(element, ForbidRealSockets.class));
            if (found.isPresent()) {
                return found.get().allowed();
            }
        }
        return new String[0];
    }

    @Override
    public void afterEach(ExtensionContext context) {
        RealSocketGuard guard = context.getStore(NAMESPACE).remove(RealSocketGuard.class, RealSocketGuard.class);
        if (guard == null) {
            return; // it did not start
        }
        Throwable failure = context.getExecutionException().orElse(null);
        guard.end().map(AssertionError::new).ifPresent(report -> {
            if (failure == null) {
                throw report;
            }
            failure.addSuppressed(report);
        });
    }
}
