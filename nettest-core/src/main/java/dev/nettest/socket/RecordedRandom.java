package dev.nettest.socket;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;

/**
 * The random numbers of a TLS context. It remembers the last ones that can be a private key of X25519, so that a
 * capture can be decrypted. JSSE does not give away its secrets in another way.
 */
final class RecordedRandom extends SecureRandom {

    private static final long serialVersionUID = 1;

    /** The bytes of a private key of X25519 (RFC 7748, section 5). */
    private static final int KEY = 32;

    /** Keys of about a thousand handshakes: each draws three numbers of this size. */
    private static final int MOST = 4096;

    private final transient ArrayDeque<byte[]> keys = new ArrayDeque<>(); // guarded by itself

    @Override
    public void nextBytes(byte[] bytes) {
        super.nextBytes(bytes);
        if (bytes.length == KEY) {
            synchronized (keys) {
                keys.addLast(bytes.clone());
                if (keys.size() > MOST) {
                    keys.removeFirst();
                }
            }
        }
    }

    /** The last numbers of the size of a key, oldest first. */
    List<byte[]> keys() {
        synchronized (keys) {
            return List.copyOf(keys);
        }
    }
}
