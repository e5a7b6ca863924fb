package dev.nettest.jvm.internal.name;

import java.security.Security;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's cache of names. It has one answer for all threads and cannot forget one, but a name can belong to another
 * host in the next claim, and in another thread. The JVM reads its settings once, after its first look-up.
 */
final class JvmNameCache {

    /** The default of the JDK. */
    private static final int SECONDS = 30;

    private JvmNameCache() {}

    /**
     * One of the settings.
     *
     * @param security its security property, which has precedence
     * @param system its system property
     */
    private record Setting(String security, String system) {

        int seconds(int unset) {
            Integer seconds = parse(Security.getProperty(security));
            if (seconds == null) {
                seconds = parse(System.getProperty(system));
            }
            return seconds == null ? unset : Math.max(seconds, ResolverCache.FOREVER);
        }

        private static @Nullable Integer parse(@Nullable String text) {
            try {
                return text == null ? null : Integer.valueOf(text);
            } catch (NumberFormatException e) {
                return null; // the JDK ignores it too
            }
        }

        /** Runs an action while the setting is 0. A security property cannot be unset, so an unset one stays so. */
        void whileOff(Runnable action) {
            String before = Security.getProperty(security);
            if (before == null) {
                whileSystemPropertyIsOff(action);
                return;
            }
            Security.setProperty(security, "0");
            try {
                action.run();
            } finally {
                Security.setProperty(security, before);
            }
        }

        private void whileSystemPropertyIsOff(Runnable action) {
            String before = System.getProperty(system);
            System.setProperty(system, "0");
            try {
                action.run();
            } finally {
                if (before == null) {
                    System.clearProperty(system);
                } else {
                    System.setProperty(system, before);
                }
            }
        }
    }

    private static final Setting KNOWN = new Setting("networkaddress.cache.ttl", "sun.net.inetaddr.ttl");
    private static final Setting UNKNOWN =
            new Setting("networkaddress.cache.negative.ttl", "sun.net.inetaddr.negative.ttl");

    /** Turns the cache off, if the JVM has not used it yet. Returns one for the platform's names, with its settings. */
    static ResolverCache replace() {
        ResolverCache replacement = new ResolverCache(KNOWN.seconds(SECONDS), UNKNOWN.seconds(0), System::nanoTime);
        KNOWN.whileOff(() -> UNKNOWN.whileOff(JvmNameCache::readSettings));
        return replacement;
    }

    private static void readSettings() {
        try {
            Class.forName("sun.net.InetAddressCachePolicy");
        } catch (ClassNotFoundException e) {
            // this JDK reads the settings elsewhere, and may cache the names of claims. An exception would end all
            // look-ups.
        }
    }
}
