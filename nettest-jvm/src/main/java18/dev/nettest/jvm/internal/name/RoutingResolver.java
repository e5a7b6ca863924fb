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

    /** A look-up of the platform; equal ones have equal answers. */
    private record Question(String host, int characteristics) {}

    private final InetAddressResolver platform;
    private final ResolverCache cache;

    /** @param cache keeps the answers of the platform */
    RoutingResolver(InetAddressResolver platform, ResolverCache cache) {
        this.platform = platform;
        this.cache = cache;
    }

    @Override
    public Stream<InetAddress> lookupByName(String host, LookupPolicy policy) throws UnknownHostException {
        List<InetAddress> claimed = Claims.resolve(host);
        if (claimed == null) {
            return cache
                    .addresses(host, new Question(host, policy.characteristics()), () -> ofPlatform(host, policy))
                    .stream();
        }
        List<InetAddress> wanted =
                claimed.stream().filter(address -> isWanted(address, policy)).toList();
        if (wanted.isEmpty()) {
            throw new UnknownHostException(host);
        }
        return wanted.stream();
    }

    private List<InetAddress> ofPlatform(String host, LookupPolicy policy) throws UnknownHostException {
        try (Stream<InetAddress> addresses = platform.lookupByName(host, policy)) {
            return addresses.toList();
        }
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
