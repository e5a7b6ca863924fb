package dev.nettest.junit;

import dev.nettest.Placeholder;
import org.junit.jupiter.api.extension.Extension;

/** Stands where the extension will stand. */
// Who uses it has JUnit. A transitive requirement would break Kotlin users who do not:
// their compiler wants every such module.
@SuppressWarnings("exports")
public final class ExtensionPlaceholder implements Extension {
    /** Makes one. */
    public ExtensionPlaceholder() {}

    /**
     * The name of the project.
     *
     * @return the name, in lower case
     */
    @Override
    public String toString() {
        return Placeholder.name();
    }
}
