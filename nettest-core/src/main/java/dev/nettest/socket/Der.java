package dev.nettest.socket;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The part of DER (ITU-T X.690) that a certificate needs. Each method returns one encoded value with its tag. */
final class Der {

    private static final int BOOLEAN = 0x01;
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int OCTET_STRING = 0x04;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int UTF8_STRING = 0x0C;
    private static final int UTC_TIME = 0x17;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int CONTEXT = 0x80;
    private static final int CONSTRUCTED = 0x20;

    /** A length below this is encoded as itself. */
    private static final int SHORT_LENGTH = 0x80;

    /** Identifiers are written in groups of seven bits, with the eighth bit on all but the last. */
    private static final int GROUP_BITS = 7;

    private static final int GROUP_MASK = 0x7F;

    /** The first two arcs share one byte: 40 times the first, plus the second. */
    private static final int FIRST_ARC = 40;

    /** Up to 2049 with two digits of the year, then with four (RFC 5280, 4.1.2.5). */
    private static final DateTimeFormatter UTC = formatter("yyMMddHHmmss'Z'");

    private static final DateTimeFormatter GENERALIZED = formatter("yyyyMMddHHmmss'Z'");
    private static final Instant FIRST_GENERALIZED = Instant.parse("2050-01-01T00:00:00Z");

    private Der() {}

    private static DateTimeFormatter formatter(String pattern) {
        return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
    }

    static byte[] sequence(byte[]... parts) {
        return value(SEQUENCE, parts);
    }

    static byte[] set(byte[]... parts) {
        return value(SET, parts);
    }

    static byte[] integer(BigInteger number) {
        return value(INTEGER, number.toByteArray());
    }

    static byte[] yes() {
        return value(BOOLEAN, new byte[] {(byte) 0xFF});
    }

    static byte[] octets(byte[] bytes) {
        return value(OCTET_STRING, bytes);
    }

    /** @param unused how many bits at the end of {@code bytes} do not count */
    static byte[] bits(int unused, byte... bytes) {
        return value(BIT_STRING, new byte[] {(byte) unused}, bytes);
    }

    static byte[] text(String text) {
        return value(UTF8_STRING, text.getBytes(UTF_8));
    }

    static byte[] time(Instant instant) {
        boolean utc = instant.isBefore(FIRST_GENERALIZED);
        String text = (utc ? UTC : GENERALIZED).format(instant);
        return value(utc ? UTC_TIME : GENERALIZED_TIME, text.getBytes(US_ASCII));
    }

    /** @param dotted such as {@code 2.5.4.3} */
    static byte[] identifier(String dotted) {
        String[] arcs = dotted.split("\\.", -1);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(FIRST_ARC * Integer.parseInt(arcs[0]) + Integer.parseInt(arcs[1]));
        for (int i = 2; i < arcs.length; i++) {
            int arc = Integer.parseInt(arcs[i]);
            int groups = 1;
            while (arc >> (GROUP_BITS * groups) != 0) {
                groups++;
            }
            for (int group = groups - 1; group >= 0; group--) {
                int more = group == 0 ? 0 : SHORT_LENGTH;
                bytes.write(((arc >> (GROUP_BITS * group)) & GROUP_MASK) | more);
            }
        }
        return value(OBJECT_IDENTIFIER, bytes.toByteArray());
    }

    /** A value with a tag of its context, in place of its own tag. */
    static byte[] implicit(int tag, byte[] content) {
        return value(CONTEXT | tag, content);
    }

    /** A value with a tag of its context, in front of its own tag. */
    static byte[] explicit(int tag, byte[] value) {
        return value(CONTEXT | CONSTRUCTED | tag, value);
    }

    private static byte[] value(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream value = new ByteArrayOutputStream();
        value.write(tag);
        int length = content.size();
        if (length < SHORT_LENGTH) {
            value.write(length);
        } else {
            byte[] bytes = BigInteger.valueOf(length).toByteArray();
            int leading = bytes[0] == 0 ? 1 : 0; // the sign
            value.write(SHORT_LENGTH | (bytes.length - leading));
            value.write(bytes, leading, bytes.length - leading);
        }
        value.writeBytes(content.toByteArray());
        return value.toByteArray();
    }
}
