package java.net.spi;

/** The signatures of JDK 18, to compile against on JDK 17. Not part of the artifact. */
public abstract class InetAddressResolverProvider {

    protected InetAddressResolverProvider() {}

    public abstract InetAddressResolver get(Configuration configuration);

    public abstract String name();

    public interface Configuration {

        InetAddressResolver builtinResolver();

        String lookupLocalHostName();
    }
}
