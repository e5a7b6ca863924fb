package dev.nettest.internal.util;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** Payloads in reports: one line of text, from which the bytes can be told. */
class EscapedTextTest {

    private static String utf8(int... bytes) {
        byte[] all = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            all[i] = (byte) bytes[i];
        }
        return EscapedText.utf8(all);
    }

    private static String excerpt(String first, long total) {
        return EscapedText.excerpt(first.getBytes(StandardCharsets.ISO_8859_1), total);
    }

    @Test
    void printableAsciiIsItself() {
        String printable = "GET /index.html?a=1&b='2' ~";

        assertThat(excerpt(printable, printable.length())).isEqualTo('"' + printable + '"');
        assertThat(EscapedText.utf8(printable.getBytes(StandardCharsets.US_ASCII)))
                .isEqualTo(printable);
    }

    @Test
    void lineEndsTabsAndBackslashesAreWrittenLikeInJava() {
        assertThat(excerpt("\r\n\t\\", 4)).isEqualTo("\"\\r\\n\\t\\\\\"");
        assertThat(utf8('\r', '\n', '\t', '\\')).isEqualTo("\\r\\n\\t\\\\");
    }

    @Test
    void otherControlCharactersAreHexadecimal() {
        assertThat(excerpt("\0\b\u001b\u007f", 4)).isEqualTo("\"\\x00\\x08\\x1B\\x7F\"");
        assertThat(utf8(0, 8, 0x1B, 0x7F)).isEqualTo("\\x00\\x08\\x1B\\x7F");
        assertThat(utf8(0xC2, 0x85)).isEqualTo("\\x85"); // next line, a control character above ASCII
    }

    @Test
    void onlyAnExcerptIsQuoted() {
        assertThat(excerpt("a \"b\"", 5)).isEqualTo("\"a \\\"b\\\"\"");
        assertThat(utf8('"', 'a', '"')).isEqualTo("\"a\"");
    }

    @Test
    void anExcerptEscapesEachByteBeyondAscii() {
        assertThat(excerpt("\u0080\u00e9\u00ff", 3)).isEqualTo("\"\\x80\\xE9\\xFF\"");
    }

    @Test
    void anExcerptTellsThatMoreFollows() {
        assertThat(excerpt("abc", 4)).isEqualTo("\"abc...\"");
        assertThat(excerpt("abc", 3)).isEqualTo("\"abc\"");
        assertThat(excerpt("", 0)).isEqualTo("\"\"");
    }

    @Test
    void utf8KeepsItsCharacters() {
        assertThat(EscapedText.utf8("é漢\uD83D\uDE00".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("é漢\uD83D\uDE00");
    }

    @Test
    void bytesThatAreNotUtf8AreEscapedOneByOne() {
        assertThat(utf8('a', 0xFF, '\n', 0xC3)).isEqualTo("a\\xFF\\n\\xC3");
        assertThat(utf8(0xC3, 0xA9, 0xFF)).isEqualTo("\\xC3\\xA9\\xFF");
    }
}
