package dev.nettest.jvm.internal.name;

import dev.nettest.jvm.internal.claim.Claims;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.net.spi.InetAddressResolver;
import java.util.List;
import java.util.stream.Stream;

/** Asks the open claims first. Without one it is the platform's resolver. */
final class RoutingResolver implements InetAddressResolver {

    private final InetAddressResolver platform;

    RoutingResolver(InetAddressResolver platform) {
        this.platform = platform;
    }

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
        List<InetAddress> claimed = Claims.resolve(host);
        if (claimed == null) {
            return platform.lookupByName(host, policy);
        }
        List<InetAddress> wanted =
                claimed.stream().filter(address -> isWanted(address, policy)).toList();
        if (wanted.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return wanted.stream();
    }

    private static boolean isWanted(InetAddress address, LookupPolicy policy) {
        int family = address instanceof Inet4Address ? LookupPolicy.IPV4 : LookupPolicy.IPV6;
        return (policy.characteristics() & family) != 0;
    }

    @Override
    public String lookupByAddress(byte[] address) throws UnknownHostException {
        String claimed = Claims.reverse(InetAddress.getByAddress(address));
        return claimed == null ? platform.lookupByAddress(address) : claimed;
    }
}
