package dev.nettest.contract;

import java.util.Arrays;

/** Byte sequences in which a byte shows its position in the stream. */
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

    /** Not periodic in any power of two or small number, so that lost and duplicated blocks show. */
    static byte at(long position) {
        long mixed = position * 0x9E3779B97F4A7C15L;
        return (byte) (mixed >>> 56);
    }

    /** The first index at which two arrays differ, or -1. Keeps megabytes out of the failure message. */
    static int firstDifference(byte[] one, byte[] other) {
        return Arrays.mismatch(one, other);
    }
}
