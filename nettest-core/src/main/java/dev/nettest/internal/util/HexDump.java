package dev.nettest.internal.util;

import java.util.HexFormat;

/** Lines of 16 bytes with offset, hexadecimal digits and text, like those of {@code hexdump -C}. */
public final class HexDump {

    private static final int WIDTH = 16;
    private static final int LAST_PRINTABLE = 0x7E;

    private HexDump() {}

    /**
     * Appends the lines of {@code bytes}.
     *
     * @param prefix precedes each line
     * @param offset of the first byte
     */
    public static void append(StringBuilder text, String prefix, int offset, byte[] bytes) {
        for (int from = 0; from < bytes.length; from += WIDTH) {
            int to = Math.min(bytes.length, from + WIDTH);
            text.append(prefix)
                    .append(HexFormat.of().toHexDigits(offset + from))
                    .append("  ");
            String digits = HexFormat.ofDelimiter(" ").formatHex(bytes, from, to);
            text.append(digits)
                    .append(" ".repeat(WIDTH * 3 - 1 - digits.length()))
                    .append("  |");
            for (int i = from; i < to; i++) {
                text.append(bytes[i] >= ' ' && bytes[i] <= LAST_PRINTABLE ? (char) bytes[i] : '.');
            }
            text.append("|\n");
        }
    }
}
