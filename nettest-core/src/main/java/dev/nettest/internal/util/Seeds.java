package dev.nettest.internal.util;

/** Seeds of random generators: that of a run, and independent ones for each decision site. */
public final class Seeds {

    /** The fractional part of the golden ratio, the usual increment of a splittable generator. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private static final String PROPERTY = "nettest.seed";

    private Seeds() {}

    /** The seed of {@code -Dnettest.seed}, which repeats a failure, or {@code otherwise}. */
    public static long ofProperty(long otherwise) {
        String text = System.getProperty(PROPERTY);
        try {
            return text == null ? otherwise : Long.decode(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + PROPERTY + " is not a 64-bit number: " + text, e);
        }
    }

    /** A seed that depends on every one of {@code keys} and their order. */
    public static long seed(long... keys) {
        long seed = 0;
        for (long key : keys) {
            seed = mix(seed + GOLDEN ^ mix(key + GOLDEN));
        }
        return seed;
    }

    /** The 64-bit finalizer of MurmurHash3. */
    private static long mix(long bits) {
        long z = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
        z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return z ^ (z >>> 33);
    }
}
