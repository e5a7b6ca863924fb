package dev.nettest.internal.diff;

import dev.nettest.internal.util.EscapedText;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;

/** Known bytes around a place. */
final class Excerpt {

    private static final int AROUND = 12;

    private final byte[] bytes;

    /** The index of the place. */
    private final int at;

    private Excerpt(byte[] bytes, int at) {
        this.bytes = bytes;
        this.at = at;
    }

    /** Around the byte at {@code position} of {@code step}; a stream goes on into the steps around it. */
    static Excerpt of(Lane lane, Step step, long position) {
        byte[] window = new byte[2 * AROUND];
        BitSet known = new BitSet();
        long from = position - AROUND;
        if (step.isStream()) {
            long start = -lane.start(step);
            for (Step each : lane.steps()) {
                if (each.isSameDirection(step)) {
                    copy(each.known(), 0, each.known().length, start - from, window, known);
                    start += each.bytes();
                }
            }
        } else {
            long datagram = position - position % step.size();
            int end = (int) Math.min(step.known().length, datagram + step.size());
            copy(step.known(), (int) datagram, end, datagram - from, window, known);
        }
        int begin = known.previousClearBit(AROUND) + 1;
        return new Excerpt(Arrays.copyOfRange(window, begin, known.nextClearBit(AROUND)), AROUND - begin);
    }

    /** Copies {@code bytes} to the index {@code to} of the window, as far as they overlap. */
    private static void copy(byte[] bytes, int begin, int end, long to, byte[] window, BitSet known) {
        long skipped = Math.max(0, -to);
        long count = Math.min(end - begin, window.length - to) - skipped;
        if (count > 0) {
            int target = (int) (to + skipped);
            System.arraycopy(bytes, (int) (begin + skipped), window, target, (int) count);
            known.set(target, (int) (target + count));
        }
    }

    /** As text in quotes, then in hexadecimal digits with the byte at the place in brackets. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(EscapedText.excerpt(bytes, bytes.length));
        text.append("  hex");
        for (int i = 0; i < bytes.length; i++) {
            String digits = HexFormat.of().toHexDigits(bytes[i]);
            text.append(' ').append(i == at ? "[" + digits + "]" : digits);
        }
        return text.toString();
    }
}
