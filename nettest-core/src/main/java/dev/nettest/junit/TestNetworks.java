package dev.nettest.junit;

import dev.nettest.NetworkConfig;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The networks of one extension: one for each test or class that asks for it, kept in JUnit's store. */
final class TestNetworks {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(NetworkExtension.class);

    /** Parallel tests of a class ask for their common network at the same time. */
    private static final Object CREATION = new Object();

    private static final String SEED_ENTRY = "nettest.seed";

    private final NetworkConfig base;

    TestNetworks(NetworkConfig base) {
        this.base = base;
    }

    /** The network of this test or class, made now if necessary; empty for a class whose tests have their own. */
    Optional<TestNetwork> obtain(ExtensionContext context) {
        ExtensionContext test = declared(context);
        TestSettings settings = new TestSettings(test, base);
        Optional<ExtensionContext> owner = owner(test, settings);
        synchronized (CREATION) {
            return owner.map(at -> {
                TestNetwork network = kept(at);
                return network == null ? create(at, settings) : network;
            });
        }
    }

    private static TestNetwork create(ExtensionContext owner, TestSettings settings) {
        NetworkConfig config = settings.config();
        if (settings.isRepeated()) {
            owner.publishReportEntry(SEED_ENTRY, Long.toString(config.seed()));
        }
        TestNetwork network = new TestNetwork(config);
        owner.getStore(NAMESPACE).put(owner.getUniqueId(), network);
        return network;
    }

    /** The network of this test or class; null if nothing has asked for it. */
    @Nullable
    TestNetwork find(ExtensionContext context) {
        ExtensionContext test = declared(context);
        return owner(test, new TestSettings(test, base)).map(TestNetworks::kept).orElse(null);
    }

    /** Takes out the network that ends with this very context. */
    @Nullable
    TestNetwork remove(ExtensionContext context) {
        return context.getStore(NAMESPACE).remove(context.getUniqueId(), TestNetwork.class);
    }

    private static @Nullable TestNetwork kept(ExtensionContext owner) {
        return owner.getStore(NAMESPACE).get(owner.getUniqueId(), TestNetwork.class);
    }

    private static Optional<ExtensionContext> owner(ExtensionContext test, TestSettings settings) {
        Optional<ExtensionContext> sharing = settings.sharingClass();
        return sharing.isPresent()
                ? sharing
                : Optional.of(test).filter(own -> own.getTestMethod().isPresent());
    }

    /** The factory of a dynamic test, otherwise {@code context} itself. */
    private static ExtensionContext declared(ExtensionContext context) {
        ExtensionContext at = context;
        while (at.getElement().isEmpty() && at.getParent().isPresent()) {
            at = at.getParent().get();
        }
        return at;
    }

    /** The extension of this context; null if there is none, or if it comes later. */
    static @Nullable NetworkExtension registered(ExtensionContext context) {
        return context.getStore(NAMESPACE).get(NetworkExtension.class, NetworkExtension.class);
    }

    /** Fails if another {@link NetworkExtension} is registered for this context too. */
    static void checkAlone(NetworkExtension extension, ExtensionContext context) {
        ExtensionContext.Store store = context.getStore(NAMESPACE);
        NetworkExtension known = store.get(NetworkExtension.class, NetworkExtension.class);
        if (known == null) {
            store.put(NetworkExtension.class, extension);
        } else if (known != extension) {
            throw new ExtensionConfigurationException("two NetworkExtensions are registered for "
                    + context.getDisplayName() + "; keep one of @NetworkTest, @ExtendWith and @RegisterExtension."
                    + " @NetworkTest(config = ...) takes all settings");
        }
    }
}
