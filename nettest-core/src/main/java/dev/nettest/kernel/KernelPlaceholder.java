package dev.nettest.kernel;

public final class KernelPlaceholder {
    public static final String NAME = "nettest";

    private KernelPlaceholder() {}
}
