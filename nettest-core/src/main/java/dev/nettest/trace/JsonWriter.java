package dev.nettest.trace;

import java.math.BigDecimal;

/** Writes one JSON value. The caller keeps names and values in order. */
final class JsonWriter {

    private final StringBuilder text = new StringBuilder();

    /** True if a value was written at this level. */
    private boolean needsComma;

    JsonWriter beginObject() {
        return begin('{');
    }

    JsonWriter beginArray() {
        return begin('[');
    }

    JsonWriter endObject() {
        return end('}');
    }

    JsonWriter endArray() {
        return end(']');
    }

    JsonWriter name(String name) {
        separate();
        quote(name);
        text.append(':');
        needsComma = false;
        return this;
    }

    JsonWriter value(String value) {
        separate();
        quote(value);
        return this;
    }

    JsonWriter value(long value) {
        separate();
        text.append(value);
        return this;
    }

    JsonWriter value(BigDecimal value) {
        separate();
        text.append(value.toPlainString());
        return this;
    }

    /** A number or a boolean, and all else as text. */
    JsonWriter any(Object value) {
        if (value instanceof Number || value instanceof Boolean) {
            separate();
            text.append(value);
            return this;
        }
        return value(value.toString());
    }

    private JsonWriter begin(char bracket) {
        separate();
        text.append(bracket);
        needsComma = false;
        return this;
    }

    private JsonWriter end(char bracket) {
        text.append(bracket);
        needsComma = true;
        return this;
    }

    private void separate() {
        if (needsComma) {
            text.append(text.charAt(text.length() - 1) == '}' ? ",\n" : ",");
        }
        needsComma = true;
    }

    private void quote(String value) {
        text.append(Json.string(value));
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
