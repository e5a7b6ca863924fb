package dev.nettest.trace;

import java.util.Collection;

/** Writes JSON that may stand inside an HTML script element: no markup can occur in it. */
final class Json {

    private static final String HEX = "0123456789abcdef";

    private Json() {}

    /** An array of values that are JSON already. */
    static String array(Collection<String> values) {
        return "[" + String.join(",", values) + "]";
    }

    /** A string. */
    static String string(String text) {
        StringBuilder json = new StringBuilder(text.length() + 2).append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> json.append("\\\"");
                case '\\' -> json.append("\\\\");
                case '\n' -> json.append("\\n");
                case '\r' -> json.append("\\r");
                case '\t' -> json.append("\\t");
                default -> {
                    if (isPlain(text, i)) {
                        json.append(c);
                    } else {
                        escape(json, c);
                    }
                }
            }
        }
        return json.append('"').toString();
    }

    private static boolean isPlain(String text, int index) {
        char c = text.charAt(index);
        if (Character.isHighSurrogate(c)) {
            return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
        }
        return c >= ' '
                && c != '<'
                && c != '>'
                && c != '&'
                && !Character.isISOControl(c)
                && c != '\u2028'
                && c != '\u2029';
    }

    private static void escape(StringBuilder json, char c) {
        json.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) {
            json.append(HEX.charAt((c >> shift) & 0xF));
        }
    }
}
