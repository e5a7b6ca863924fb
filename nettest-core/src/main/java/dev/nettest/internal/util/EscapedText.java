package dev.nettest.internal.util;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Bytes of a payload as text of one line, for reports. Carriage return, line feed, tab and backslash are written like
 * in Java, other control characters in hexadecimal like {@code \x0A}.
 */
public final class EscapedText {

    private static final char LAST_ASCII = 0x7F;

    private EscapedText() {}

    /**
     * The first bytes of a transfer, in double quotes. A double quote among them, and each byte that is not ASCII, is
     * escaped too.
     *
     * @param first the bytes that are known
     * @param total the bytes of the whole transfer; three dots stand for those that are not known
     */
    public static String excerpt(byte[] first, long total) {
        StringBuilder text = new StringBuilder("\"");
        for (byte value : first) {
            char each = (char) (value & 0xFF);
            if (each == '"') {
                text.append("\\\"");
            } else if (each > LAST_ASCII) {
                appendHex(text, each);
            } else {
                append(text, each);
            }
        }
        return text.append(total > first.length ? "...\"" : "\"").toString();
    }

    /** All of {@code bytes}, without quotes. If they are not UTF-8, each byte that is not ASCII is escaped. */
    public static String utf8(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            for (byte each : bytes) {
                if (each < 0) {
                    appendHex(text, each & 0xFF);
                } else {
                    append(text, (char) each);
                }
            }
            return text.toString();
        }
        for (int i = 0; i < decoded.length(); i++) {
            append(text, decoded.charAt(i));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, char each) {
        switch (each) {
            case '\r' -> text.append("\\r");
            case '\n' -> text.append("\\n");
            case '\t' -> text.append("\\t");
            case '\\' -> text.append("\\\\");
            default -> {
                if (Character.isISOControl(each)) {
                    appendHex(text, each);
                } else {
                    text.append(each);
                }
            }
        }
    }

    private static void appendHex(StringBuilder text, int value) {
        text.append(String.format("\\x%02X", value));
    }
}
