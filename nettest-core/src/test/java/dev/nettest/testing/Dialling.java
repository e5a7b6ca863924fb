package dev.nettest.testing;

import dev.nettest.Connection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Consumer;

/** Connect hooks. */
public final class Dialling {
    private Dialling() {}

    /** Has the dialling end come from {@code address}. */
    public static Consumer<Connection> from(String address) {
        return dialling -> {
            try {
                dialling.localAddress(address);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }
}
