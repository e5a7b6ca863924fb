package dev.nettest;

import dev.nettest.kernel.KernelPlaceholder;

/** Stands where the first public type will stand. */
public final class Placeholder {
    private Placeholder() {}

    /**
     * The name of the project.
     *
     * @return the name, in lower case
     */
    public static String name() {
        return KernelPlaceholder.NAME;
    }
}
