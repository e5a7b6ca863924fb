package dev.nettest.jvm;

import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** The settings of the claim of one context, from its innermost {@link JvmNetworkTest} annotation. */
final class ClaimSettings {

    private ClaimSettings() {}

    static ClaimConfig of(ExtensionContext context) {
        for (ExtensionContext at = context; at != null; at = at.getParent().orElse(null)) {
            Optional<JvmNetworkTest> found = AnnotationSupport.findAnnotation(at.getElement(), JvmNetworkTest.class);
            if (found.isPresent()) {
                return of(found.get());
            }
        }
        return ClaimConfig.defaults();
    }

    private static ClaimConfig of(JvmNetworkTest annotation) {
        ClaimConfig.Builder builder = ClaimConfig.builder()
                .localhost(annotation.localhost())
                .addresses(annotation.addresses())
                .kernelPorts(annotation.kernelPorts());
        if (annotation.forbidRealSockets()) {
            builder.forbidRealSockets(annotation.allowedReal());
        }
        return builder.build();
    }
}
