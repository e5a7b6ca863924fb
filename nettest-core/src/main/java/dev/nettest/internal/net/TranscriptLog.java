package dev.nettest.internal.net;

import dev.nettest.Transcript;
import dev.nettest.internal.util.EscapedText;
import dev.nettest.internal.util.HexDump;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The implementation of {@link Transcript}: chunks of bytes in order. Writes are recorded under the lock of the
 * endpoint, so an answer never precedes its question.
 */
public final class TranscriptLog implements Transcript {

    private final List<Chunk> chunks = new ArrayList<>(); // guarded by this
    private int kept; // guarded by this
    private long omittedSent; // guarded by this
    private long omittedReceived; // guarded by this

    /** Successive bytes of one direction. */
    private static final class Chunk {
        final boolean sent;
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Chunk(boolean sent) {
            this.sent = sent;
        }
    }

    /** Records the bytes of {@code buffer} from {@code start} to its position. */
    synchronized void add(boolean sent, ByteBuffer buffer, int start) {
        int count = buffer.position() - start;
        // A gap in one direction is followed by nothing of that direction.
        int room = (sent ? omittedSent : omittedReceived) > 0 ? 0 : Math.min(count, CAPACITY - kept);
        if (room > 0) {
            byte[] copy = new byte[room];
            buffer.duplicate().position(start).get(copy);
            last(sent).bytes.writeBytes(copy);
            kept += room;
        }
        omit(sent, count - room);
    }

    /** Takes back the last bytes of one direction: they were not transferred, or are to be read again. */
    synchronized void remove(boolean sent, int count) {
        long omitted = Math.min(count, sent ? omittedSent : omittedReceived);
        omit(sent, -omitted);
        int left = (int) (count - omitted);
        for (int i = chunks.size() - 1; i >= 0 && left > 0; i--) {
            Chunk chunk = chunks.get(i);
            if (chunk.sent == sent) {
                byte[] bytes = chunk.bytes.toByteArray();
                int removed = Math.min(left, bytes.length);
                chunk.bytes.reset();
                chunk.bytes.write(bytes, 0, bytes.length - removed);
                left -= removed;
                kept -= removed;
            }
        }
        chunks.removeIf(chunk -> chunk.bytes.size() == 0);
    }

    private void omit(boolean sent, long count) {
        if (sent) {
            omittedSent += count;
        } else {
            omittedReceived += count;
        }
    }

    private Chunk last(boolean sent) {
        Chunk last = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (last == null || last.sent != sent) {
            last = new Chunk(sent);
            chunks.add(last);
        }
        return last;
    }

    @Override
    public byte[] sent() {
        return bytes(true);
    }

    @Override
    public byte[] received() {
        return bytes(false);
    }

    private synchronized byte[] bytes(boolean sent) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Chunk chunk : chunks) {
            if (chunk.sent == sent) {
                all.writeBytes(chunk.bytes.toByteArray());
            }
        }
        return all.toByteArray();
    }

    @Override
    public synchronized List<String> lines() {
        List<String> lines = new ArrayList<>();
        boolean sent = true;
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (Chunk chunk : chunks) {
            if (chunk.sent != sent) {
                flush(lines, sent, line);
                sent = chunk.sent;
            }
            for (byte value : chunk.bytes.toByteArray()) {
                line.write(value);
                if (value == '\n') {
                    flush(lines, sent, line);
                }
            }
        }
        flush(lines, sent, line);
        return lines;
    }

    private static void flush(List<String> lines, boolean sent, ByteArrayOutputStream line) {
        if (line.size() > 0) {
            lines.add((sent ? "> " : "< ") + EscapedText.utf8(line.toByteArray()));
            line.reset();
        }
    }

    @Override
    public synchronized String hex() {
        StringBuilder text = new StringBuilder();
        int sent = 0;
        int received = 0;
        for (Chunk chunk : chunks) {
            byte[] bytes = chunk.bytes.toByteArray();
            HexDump.append(text, chunk.sent ? "> " : "< ", chunk.sent ? sent : received, bytes);
            sent += chunk.sent ? bytes.length : 0;
            received += chunk.sent ? 0 : bytes.length;
        }
        return appendOmitted(text);
    }

    @Override
    public synchronized long omitted() {
        return omittedSent + omittedReceived;
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder();
        lines().forEach(line -> text.append(line).append('\n'));
        return appendOmitted(text);
    }

    private String appendOmitted(StringBuilder text) {
        if (omitted() > 0) {
            text.append("(").append(omitted()).append(" more bytes)\n");
        }
        return text.toString();
    }
}
