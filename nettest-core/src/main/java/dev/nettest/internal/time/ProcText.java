package dev.nettest.internal.time;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The contents of the files of a thread in {@code /proc}. The parsers of frequently read files decode no text. */
final class ProcText {

    private static final long UNKNOWN = -1;

    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})(\\D.*)?");

    /** Since this version the kernel looks for the function under the lock that every wake-up needs. */
    private static final int LOCKED_MAJOR = 5;

    private static final int LOCKED_MINOR = 16;

    /**
     * The functions of Linux that sleep until a futex is woken, and in no other way. Other functions with similar names
     * also wait for locks of the kernel, after which a thread continues by itself.
     */
    private static final byte[][] FUTEX_WAITS = {
        bytes("futex_do_wait"), bytes("futex_wait_queue"), bytes("futex_wait_queue_me")
    };

    private ProcText() {}

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static String text(ByteBuffer contents) {
        return StandardCharsets.ISO_8859_1.decode(contents.duplicate()).toString();
    }

    // ---- wchan

    /**
     * True for a kernel that shows a name in {@code wchan} only for a thread that has left its run queue and is not
     * being woken. Older kernels also show one for a thread that has just been woken.
     *
     * @param version the kernel's, for example {@code 6.1.0-13-amd64}
     */
    static boolean hasLockedWchan(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return false;
        }
        int major = Integer.parseInt(parts.group(1));
        int minor = Integer.parseInt(parts.group(2));
        return major > LOCKED_MAJOR || (major == LOCKED_MAJOR && minor >= LOCKED_MINOR);
    }

    /** True if the thread sleeps until a futex is woken. A compiler may append a suffix to a name, after a dot. */
    static boolean isFutexWait(ByteBuffer wchan) {
        for (byte[] name : FUTEX_WAITS) {
            int length = name.length;
            if (startsWith(wchan, name) && (wchan.remaining() == length || wchan.get(length) == '.')) {
                return true;
            }
        }
        return false;
    }

    private static boolean startsWith(ByteBuffer contents, byte[] name) {
        if (contents.remaining() < name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (contents.get(i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    // ---- schedstat

    /** The third of three numbers: how often the thread has arrived on a processor. Negative if there is none. */
    static long arrivals(ByteBuffer schedstat) {
        int at = 0;
        int spaces = 0;
        int end = schedstat.limit();
        while (at < end && spaces < 2) {
            if (schedstat.get(at) == ' ') {
                spaces++;
            }
            at++;
        }
        int from = at;
        long number = 0;
        while (at < end && isDigit(schedstat.get(at))) {
            number = number * 10 + schedstat.get(at) - '0';
            at++;
        }
        return at == from ? UNKNOWN : number;
    }

    private static boolean isDigit(byte character) {
        return character >= '0' && character <= '9';
    }

    // ---- syscall

    /** True if the thread is off the processor, in a system call. */
    static boolean isInSystemCall(ByteBuffer syscall) {
        return syscall.hasRemaining() && isDigit(syscall.get(0));
    }

    // ---- status

    static boolean isInterruptible(ByteBuffer status) {
        return state(text(status)) == 'S';
    }

    static boolean isRunning(ByteBuffer status) {
        return state(text(status)) == 'R';
    }

    private static char state(String status) {
        String label = "\nState:\t";
        int at = status.indexOf(label);
        return at < 0 ? '?' : status.charAt(at + label.length());
    }

    /** The number of context switches; negative if there is none. */
    static long switches(ByteBuffer status) {
        String text = text(status);
        long voluntary = number(text, "\nvoluntary_ctxt_switches:\t");
        long involuntary = number(text, "\nnonvoluntary_ctxt_switches:\t");
        return voluntary < 0 || involuntary < 0 ? UNKNOWN : voluntary + involuntary;
    }

    private static long number(String status, String label) {
        int at = status.indexOf(label);
        if (at < 0) {
            return UNKNOWN;
        }
        int from = at + label.length();
        int to = status.indexOf('\n', from);
        return to < 0 ? UNKNOWN : Long.parseLong(status, from, to, 10);
    }
}
