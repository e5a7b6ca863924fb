package dev.nettest.trace;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Writes the blocks of a pcapng file, by draft-ietf-opsawg-pcapng, section 4. */
final class PcapngBlocks {

    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int NAME_RESOLUTION = 4;
    private static final int ENHANCED_PACKET = 6;
    private static final int DECRYPTION_SECRETS = 10;

    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int TLS_KEY_LOG = 0x544C534B;
    private static final int LINKTYPE_ETHERNET = 1;

    private static final int OPT_COMMENT = 1;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_TSRESOL = 9;
    private static final int NRB_IPV4 = 1;
    private static final int NRB_IPV6 = 2;

    /** The length of an option or a record is a field of 16 bits. */
    private static final int LONGEST_TEXT = 0xFFFF;

    private final OutputStream out;
    private ByteBuffer block = ByteBuffer.wrap(new byte[1 << 17]).order(ByteOrder.LITTLE_ENDIAN);

    PcapngBlocks(OutputStream out) {
        this.out = out;
    }

    void section(String comment) throws IOException {
        begin(SECTION_HEADER);
        block.putInt(BYTE_ORDER_MAGIC).putShort((short) 1).putShort((short) 0).putLong(-1); // the length is not given
        option(SHB_USERAPPL, text("nettest"));
        option(OPT_COMMENT, text(comment));
        end(true);
    }

    void tlsSecrets(String keyLog) throws IOException {
        if (!keyLog.isEmpty()) {
            begin(DECRYPTION_SECRETS);
            byte[] lines = keyLog.getBytes(StandardCharsets.UTF_8);
            block.putInt(TLS_KEY_LOG).putInt(lines.length);
            padded(lines);
            end(false);
        }
    }

    void networkInterface(String name) throws IOException {
        begin(INTERFACE_DESCRIPTION);
        block.putShort((short) LINKTYPE_ETHERNET).putShort((short) 0).putInt(0); // no limit of the captured bytes
        option(IF_NAME, text(name));
        option(IF_TSRESOL, new byte[] {9});
        end(true);
    }

    void names(Map<InetAddress, String> names) throws IOException {
        if (names.isEmpty()) {
            return;
        }
        begin(NAME_RESOLUTION);
        names.forEach((address, name) -> {
            byte[] key = address.getAddress();
            byte[] value = text(name);
            byte[] entry = Arrays.copyOf(key, key.length + Math.min(value.length, LONGEST_TEXT - key.length - 1) + 1);
            System.arraycopy(value, 0, entry, key.length, entry.length - key.length - 1);
            option(address instanceof Inet4Address ? NRB_IPV4 : NRB_IPV6, entry);
        });
        block.putInt(0);
        end(false);
    }

    void packet(int networkInterface, long nanos, Frames.Frame frame, List<String> comments) throws IOException {
        begin(ENHANCED_PACKET);
        block.putInt(networkInterface).putInt((int) (nanos >>> 32)).putInt((int) nanos);
        block.putInt(frame.bytes().length).putInt(frame.length());
        padded(frame.bytes());
        comments.forEach(comment -> option(OPT_COMMENT, text(comment)));
        end(!comments.isEmpty());
    }

    private void begin(int type) {
        block.clear().putInt(type).putInt(0);
    }

    private void end(boolean options) throws IOException {
        if (options) {
            reserve(Integer.BYTES);
            block.putInt(0); // opt_endofopt
        }
        reserve(Integer.BYTES);
        int length = block.position() + Integer.BYTES;
        block.putInt(length).putInt(Integer.BYTES, length);
        out.write(block.array(), 0, length);
    }

    private void option(int code, byte[] value) {
        reserve(Integer.BYTES);
        block.putShort((short) code).putShort((short) value.length);
        padded(value);
    }

    private void padded(byte[] value) {
        reserve(value.length + Integer.BYTES);
        block.put(value);
        while (block.position() % Integer.BYTES != 0) {
            block.put((byte) 0);
        }
    }

    private void reserve(int bytes) {
        if (block.remaining() < bytes) {
            byte[] larger = Arrays.copyOf(block.array(), Math.max(2 * block.capacity(), block.position() + bytes));
            block = ByteBuffer.wrap(larger).order(ByteOrder.LITTLE_ENDIAN).position(block.position());
        }
    }

    private static byte[] text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(bytes.length, LONGEST_TEXT);
        while (length < bytes.length && (bytes[length] & 0xC0) == 0x80) {
            length--; // not inside a character
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }
}
