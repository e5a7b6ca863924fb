package dev.nettest.internal.util;

import java.math.BigDecimal;
import java.time.Duration;

/** Values as the command {@code tc} writes them. */
public final class TcText {

    private static final String[] RATE_UNITS = {"bit", "kbit", "mbit", "gbit", "tbit"};

    private TcText() {}

    /** {@code 20ms}. */
    public static String time(Duration time) {
        return Durations.text(time).replace(" ", "");
    }

    /** {@code 0.1%} for 0.001. */
    public static String percent(double probability) {
        String digits = BigDecimal.valueOf(probability)
                .movePointRight(2)
                .stripTrailingZeros()
                .toPlainString();
        return digits + "%";
    }

    /** {@code 10mbit} for ten million bits per second. */
    public static String rate(long bits) {
        int unit = 0;
        long left = bits;
        while (unit < RATE_UNITS.length - 1 && left % 1000 == 0) {
            left /= 1000;
            unit++;
        }
        return left + RATE_UNITS[unit];
    }
}
