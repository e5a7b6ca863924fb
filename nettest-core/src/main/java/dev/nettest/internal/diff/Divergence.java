package dev.nettest.internal.diff;

import dev.nettest.TraceEvent;
import dev.nettest.internal.util.Durations;
import dev.nettest.internal.util.EscapedText;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The first difference of two lanes.
 *
 * @param before the last equal events
 */
record Divergence(String lane, Side first, Side second, List<Step> before) {

    /** The bytes of an event that a text shows. */
    private static final int SHOWN = 24;

    /** @throws IllegalArgumentException if both sides are at the end */
    Divergence {
        before = List.copyOf(before);
        if (first.step == null && second.step == null) {
            throw new IllegalArgumentException("a difference needs an event");
        }
    }

    /**
     * The event of one trace.
     *
     * @param step null if nothing follows
     * @param offset of the first byte that is not equal, in its direction of the stream; -1 for no stream
     * @param around null unless the difference is a byte
     */
    record Side(@Nullable Step step, long offset, @Nullable Excerpt around) {

        @Nullable
        TraceEvent event() {
            return step == null ? null : step.event();
        }
    }

    /** A number that is smaller for a difference that came earlier. */
    long rank() {
        TraceEvent a = first.event();
        TraceEvent b = second.event();
        return Math.min(a == null ? Long.MAX_VALUE : a.number(), b == null ? Long.MAX_VALUE : b.number());
    }

    /** The lane and the offset, such as {@code "output, offset 12"}. */
    String place() {
        long offset = first.offset >= 0 ? first.offset : second.offset;
        return lane + (offset < 0 ? "" : ", offset " + offset);
    }

    /** The lines of both sides after the equal events, each with a line break before it. */
    String lines(boolean timed) {
        StringBuilder text = new StringBuilder();
        for (Step step : before) {
            text.append("\n  both:   ").append(describe(step, timed));
        }
        text.append("\n  first:  ").append(describe(first.step, timed));
        text.append("\n  second: ").append(describe(second.step, timed));
        if (first.around != null && second.around != null) {
            text.append("\n  the bytes around the first different one:");
            text.append("\n    first:  ").append(first.around);
            text.append("\n    second: ").append(second.around);
        }
        return text.toString();
    }

    private static String describe(@Nullable Step step, boolean timed) {
        if (step == null) {
            return "nothing more";
        }
        StringBuilder text = new StringBuilder();
        if (timed) {
            text.append("at ").append(Durations.text(step.event().time())).append(": ");
        }
        text.append(step.text());
        if (step.size() > 0) {
            text.append(step.count() > 1 ? " " + step.count() + " x " : " ")
                    .append(step.size())
                    .append(step.size() == 1 ? " byte" : " bytes");
        } else if (step.count() > 1) {
            text.append(", ").append(step.count()).append(" times");
        }
        if (step.known().length > 0) {
            byte[] shown = Arrays.copyOf(step.known(), Math.min(SHOWN, step.known().length));
            text.append(' ').append(EscapedText.excerpt(shown, step.bytes()));
        }
        return text.toString();
    }
}
