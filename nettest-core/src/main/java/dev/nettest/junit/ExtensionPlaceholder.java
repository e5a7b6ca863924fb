package dev.nettest.junit;

import dev.nettest.Placeholder;
import org.junit.jupiter.api.extension.Extension;

/** Stands where the extension will stand. */
// Who uses it has JUnit; requiring it transitively would want it of everybody.
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
