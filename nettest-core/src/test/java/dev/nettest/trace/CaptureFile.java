package dev.nettest.trace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Trace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A pcapng file, read by the rules of its specification and not with the code that writes it. */
final class CaptureFile {

    /** A packet: its interface, its time, the captured bytes, the length of all bytes, and its comments. */
    record Captured(String networkInterface, long nanos, byte[] bytes, int length, List<String> comments) {

        private ByteBuffer at(int offset) {
            return ByteBuffer.wrap(bytes).position(offset);
        }

        boolean isIpv6() {
            return at(12).getShort() == (short) 0x86DD;
        }

        /** The offset of the header of TCP or UDP. */
        int transport() {
            return isIpv6() ? 54 : 34;
        }

        int payloadStart() {
            return transport() + (bytes[isIpv6() ? 20 : 23] == 6 ? (bytes[transport() + 12] & 0xF0) >> 2 : 8);
        }

        String payload() {
            return new String(bytes, payloadStart(), bytes.length - payloadStart(), StandardCharsets.ISO_8859_1);
        }

        int flags() {
            return bytes[transport() + 13];
        }

        int sequence() {
            return at(transport() + 4).getInt();
        }

        int acknowledgment() {
            return at(transport() + 8).getInt();
        }

        /** The sum of a header with its checksum is all ones (RFC 1071). */
        void checkChecksums() {
            int addresses = isIpv6() ? 22 : 26;
            if (!isIpv6()) {
                assertThat(sum(14, 34)).as("IPv4").isEqualTo(0xFFFF);
            }
            int protocol = bytes[isIpv6() ? 20 : 23];
            long sum = sum(addresses, bytes.length) + protocol + length - transport();
            assertThat(fold(sum)).as("TCP or UDP").isEqualTo(0xFFFF);
        }

        private long sum(int from, int to) {
            long sum = 0;
            for (int i = from; i < to; i++) {
                sum += (i - from) % 2 == 0 ? (bytes[i] & 0xFF) << 8 : bytes[i] & 0xFF;
            }
            return fold(sum);
        }

        private static long fold(long sum) {
            long folded = sum;
            while (folded > 0xFFFF) {
                folded = (folded & 0xFFFF) + (folded >> 16);
            }
            return folded;
        }
    }

    final List<String> interfaces = new ArrayList<>();
    final List<Captured> packets = new ArrayList<>();
    final Map<String, String> names = new HashMap<>();
    final byte[] bytes;
    String comment = "";

    private CaptureFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static CaptureFile of(Trace trace) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Pcapng.write(trace, out);
        CaptureFile file = new CaptureFile(out.toByteArray());
        ByteBuffer all = ByteBuffer.wrap(file.bytes).order(ByteOrder.LITTLE_ENDIAN);
        while (all.hasRemaining()) {
            int type = all.getInt(all.position());
            int length = all.getInt(all.position() + 4);
            assertThat(length % 4).isZero();
            assertThat(all.getInt(all.position() + length - 4)).isEqualTo(length);
            ByteBuffer body = all.slice(all.position() + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN);
            file.read(type, body);
            all.position(all.position() + length);
        }
        return file;
    }

    private void read(int type, ByteBuffer body) {
        switch (type) {
            case 0x0A0D0D0A -> {
                assertThat(body.getInt()).isEqualTo(0x1A2B3C4D);
                assertThat(body.getInt()).isEqualTo(1);
                comment = text(options(body.position(16)).get(1).get(0));
            }
            case 1 -> {
                assertThat(body.getShort()).as("LINKTYPE_ETHERNET").isEqualTo((short) 1);
                Map<Integer, List<byte[]>> options = options(body.position(8));
                assertThat(options.get(9).get(0)).as("if_tsresol").containsExactly(9);
                interfaces.add(text(options.get(2).get(0)));
            }
            case 4 ->
                options(body)
                        .forEach((family, records) -> records.forEach(entry -> {
                            int length = family == 1 ? 4 : 16;
                            String address = family == 1
                                    ? (entry[0] & 0xFF) + "." + entry[1] + "." + entry[2] + "." + entry[3]
                                    : "ipv6 " + entry[15];
                            names.put(
                                    address,
                                    new String(entry, length, entry.length - length - 1, StandardCharsets.UTF_8));
                            assertThat(entry[entry.length - 1]).isZero();
                        }));
            case 6 -> {
                String networkInterface = interfaces.get(body.getInt());
                long nanos = ((long) body.getInt() << 32) | (body.getInt() & 0xFFFF_FFFFL);
                byte[] captured = new byte[body.getInt()];
                int length = body.getInt();
                body.get(captured).position((body.position() + 3) / 4 * 4);
                List<String> comments = options(body).getOrDefault(1, List.of()).stream()
                        .map(CaptureFile::text)
                        .toList();
                packets.add(new Captured(networkInterface, nanos, captured, length, comments));
            }
            default -> throw new AssertionError("block " + type);
        }
    }

    private static Map<Integer, List<byte[]>> options(ByteBuffer body) {
        Map<Integer, List<byte[]>> options = new HashMap<>();
        while (body.hasRemaining()) {
            int code = body.getShort();
            byte[] value = new byte[body.getShort() & 0xFFFF];
            body.get(value).position((body.position() + 3) / 4 * 4);
            if (code == 0) {
                assertThat(body.hasRemaining()).isFalse();
            } else {
                options.computeIfAbsent(code, none -> new ArrayList<>()).add(value);
            }
        }
        return options;
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.UTF_8);
    }
}
