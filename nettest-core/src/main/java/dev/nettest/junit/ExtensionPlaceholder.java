package dev.nettest.junit;

import dev.nettest.Placeholder;
import org.junit.jupiter.api.extension.Extension;

/** Stands where the extension will stand. */
@SuppressWarnings("exports") // who uses it has JUnit; a transitive static requirement would trouble Kotlin users who do not
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
