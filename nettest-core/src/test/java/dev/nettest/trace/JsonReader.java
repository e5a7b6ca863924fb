package dev.nettest.trace;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A strict reader of JSON (RFC 8259): maps, lists, strings, {@link BigDecimal}, booleans. */
final class JsonReader {

    private static final Pattern NUMBER = Pattern.compile("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?");

    private final String text;
    private int at;

    private JsonReader(String text) {
        this.text = text;
    }

    static Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.space();
        if (reader.at != text.length()) {
            throw reader.malformed();
        }
        return value;
    }

    private IllegalArgumentException malformed() {
        return new IllegalArgumentException("at " + at + ": " + text.substring(at, Math.min(text.length(), at + 40)));
    }

    private Object value() {
        space();
        if (take('{')) {
            return object();
        }
        if (take('[')) {
            return array();
        }
        if (take('"')) {
            return string();
        }
        for (boolean each : new boolean[] {true, false}) {
            if (text.startsWith(String.valueOf(each), at)) {
                at += String.valueOf(each).length();
                return each;
            }
        }
        Matcher number = NUMBER.matcher(text).region(at, text.length());
        if (!number.lookingAt()) {
            throw malformed();
        }
        at = number.end();
        return new BigDecimal(number.group());
    }

    private Map<String, Object> object() {
        Map<String, Object> object = new LinkedHashMap<>();
        space();
        if (take('}')) {
            return object;
        }
        do {
            space();
            expect('"');
            String name = string();
            space();
            expect(':');
            if (object.put(name, value()) != null) {
                throw malformed();
            }
            space();
        } while (take(','));
        expect('}');
        return object;
    }

    private List<Object> array() {
        List<Object> array = new ArrayList<>();
        space();
        if (take(']')) {
            return array;
        }
        do {
            array.add(value());
            space();
        } while (take(','));
        expect(']');
        return array;
    }

    private String string() {
        StringBuilder string = new StringBuilder();
        while (!take('"')) {
            if (at == text.length() || text.charAt(at) < ' ') {
                throw malformed();
            }
            string.append(take('\\') ? escaped() : text.charAt(at++));
        }
        return string.toString();
    }

    private char escaped() {
        char each = text.charAt(at++);
        return switch (each) {
            case '"', '\\', '/' -> each;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> (char) Integer.parseInt(text.substring(at, at += 4), 16);
            default -> throw malformed();
        };
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private boolean take(char expected) {
        boolean found = at < text.length() && text.charAt(at) == expected;
        at += found ? 1 : 0;
        return found;
    }

    private void expect(char expected) {
        if (!take(expected)) {
            throw malformed();
        }
    }
}
