package java.net.spi;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;

/** The signatures of JDK 18, to compile against on JDK 17. Not part of the artifact. */
public interface InetAddressResolver {

    Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException;

    String lookupByAddress(byte[] address) throws UnknownHostException;

    final class LookupPolicy {

        public static final int IPV4 = 1;
        public static final int IPV6 = 2;

        private LookupPolicy() {}

        public int characteristics() {
            throw new AssertionError("a stub");
        }
    }
}
