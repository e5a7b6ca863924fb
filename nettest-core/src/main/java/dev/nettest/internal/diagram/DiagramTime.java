package dev.nettest.internal.diagram;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** A time in the unit that a reader expects, with at most three decimals: {@code 20 ms}, {@code 601.004 s}. */
public final class DiagramTime {

    private static final int DECIMALS = 3;
    private static final Duration MILLISECOND = Duration.ofMillis(1);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofMinutes(2);

    private DiagramTime() {}

    public static String text(Duration time) {
        if (time.isZero()) {
            return "0 s";
        }
        if (time.compareTo(MILLISECOND) < 0) {
            return decimal(time, 3) + " us";
        }
        if (time.compareTo(SECOND) < 0) {
            return decimal(time, 6) + " ms";
        }
        boolean minutes = time.compareTo(LONG) >= 0 && time.equals(time.truncatedTo(ChronoUnit.MINUTES));
        return minutes ? time.toMinutes() + " min" : decimal(time, 9) + " s";
    }

    /** The nanoseconds without their last {@code digits}, which become decimals. */
    private static String decimal(Duration time, int digits) {
        return BigDecimal.valueOf(time.toSeconds(), -9)
                .add(BigDecimal.valueOf(time.toNanosPart()))
                .movePointLeft(digits)
                .setScale(DECIMALS, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
