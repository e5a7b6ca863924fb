package dev.nettest.jvm.internal.platform;

/** The setting that turns the mode off: every channel and socket is then the platform's own. */
public final class Switch {

    /** The system property. */
    public static final String PROPERTY = "nettest.jvm";

    private Switch() {}

    /** True if the property is {@code off}. */
    public static boolean isOff() {
        return "off".equals(System.getProperty(PROPERTY));
    }
}
