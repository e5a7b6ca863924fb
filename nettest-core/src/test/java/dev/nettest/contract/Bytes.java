package dev.nettest.contract;

import java.util.Arrays;

/** Contents by which a byte's position in a stream can be told. */
final class Bytes {
    private Bytes() {}

    /** The bytes from an offset of an endless stream whose bytes depend on their position. */
    static byte[] position(long offset, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = at(offset + i);
        }
        return bytes;
    }

    /** Neither periodic in any power of two nor in small numbers, so that lost and doubled blocks show. */
    static byte at(long position) {
        long mixed = position * 0x9E3779B97F4A7C15L;
        return (byte) (mixed >>> 56);
    }

    /** Where two arrays differ first, or -1: a failure of megabytes should not be printed. */
    static int firstDifference(byte[] one, byte[] other) {
        return Arrays.mismatch(one, other);
    }
}
