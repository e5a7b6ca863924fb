package dev.nettest;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * The names of a network, as its name service answers them. A {@link Host} has its own name from the start; others are set here, and
 * an answer can be changed while a test runs. Nobody outside is asked, and nothing is cached: each dial of a name asks anew.
 *
 * <p>Case does not matter, nor does a dot at the end. {@code localhost} is 127.0.0.1 and ::1, and stays so. Any thread may call any
 * method at any time; none waits.
 */
public final class Names {

    static final String LOCALHOST = "localhost";

    /** In the order in which the names came. */
    private final Map<String, List<InetAddress>> answers = new LinkedHashMap<>();

    Names() {
        answers.put(LOCALHOST, List.of(Addresses.LOCALHOST, Addresses.LOCALHOST_6));
    }

    /**
     * Has {@code name} resolve to these addresses, in this order, instead of what it resolved to before. They need not belong to a
     * host. Connections that exist stay as they are.
     *
     * @param addresses written out, as {@code "10.0.0.7"} or {@code "fd00::7"}
     * @throws IllegalArgumentException if {@code name} is no host name or {@code localhost}, or there is no address, or it is none
     */
    public void set(String name, String... addresses) {
        List<InetAddress> answer = new ArrayList<>();
        for (String address : addresses) {
            answer.add(Addresses.checkedLiteral(address));
        }
        if (answer.isEmpty()) {
            throw new IllegalArgumentException("no address for " + name + "; a name without one is removed");
        }
        put(name, answer);
    }

    /** As {@link #set(String, String...)}, to the addresses of {@code host}: another name for it. */
    public void set(String name, Host host) {
        put(name, host.addresses());
    }

    private synchronized void put(String name, List<InetAddress> addresses) {
        answers.put(changeable(name), List.copyOf(addresses));
    }

    /**
     * Makes {@code name} unknown, also that of a host. Does nothing if it is.
     *
     * @throws IllegalArgumentException if {@code name} is no host name, or {@code localhost}
     */
    public synchronized void remove(String name) {
        answers.remove(changeable(name));
    }

    private static String changeable(String name) {
        String key = key(Addresses.checkedName(name));
        if (key.equals(LOCALHOST)) {
            throw new IllegalArgumentException("localhost is 127.0.0.1 and ::1 and cannot be changed");
        }
        return key;
    }

    /** All names and what they resolve to now, in lower case, in the order in which they came. */
    public synchronized Map<String, List<InetAddress>> all() {
        return new LinkedHashMap<>(answers);
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("names:");
        all().forEach((name, addresses) -> text.append(' ')
                .append(name)
                .append(" = ")
                .append(Addresses.text(addresses))
                .append(';'));
        return text.substring(0, text.length() - 1);
    }

    // ---- for the rest of the package

    List<InetAddress> resolve(String name) throws UnknownHostException {
        List<InetAddress> answer;
        synchronized (this) {
            answer = answers.get(key(name));
        }
        if (answer == null) {
            throw new UnknownHostException(name);
        }
        return answer.stream().map(address -> Addresses.named(name, address)).toList();
    }

    synchronized String reverse(InetAddress address) throws UnknownHostException {
        Objects.requireNonNull(address, "address");
        for (Map.Entry<String, List<InetAddress>> answer : answers.entrySet()) {
            if (answer.getValue().contains(address)) {
                return answer.getKey();
            }
        }
        throw new UnknownHostException(Addresses.text(address));
    }

    synchronized boolean isKnown(String name) {
        return answers.containsKey(key(name));
    }

    static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
