package dev.nettest.internal.name;

import dev.nettest.Names;
import dev.nettest.internal.util.Addresses;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** The implementation of {@link Names}. */
public final class Resolver implements Names {

    public static final String LOCALHOST = "localhost";

    /** By name, in the order of insertion. */
    private final Map<String, List<InetAddress>> answers = new LinkedHashMap<>();

    private final Runnable beforeChange;

    /** @param beforeChange throws if names cannot be changed any more */
    public Resolver(Runnable beforeChange) {
        this.beforeChange = beforeChange;
        answers.put(LOCALHOST, List.of(Addresses.LOCALHOST, Addresses.LOCALHOST_6));
    }

    @Override
    public void set(String name, String... addresses) {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(addresses, "addresses");
        beforeChange.run();
        List<InetAddress> answer = new ArrayList<>();
        for (String address : addresses) {
            answer.add(Addresses.checkedLiteral(address));
        }
        if (answer.isEmpty()) {
            throw new IllegalArgumentException("no address for " + name + "; a name without one is removed");
        }
        put(name, answer);
    }

    /** Makes {@code name} resolve to {@code addresses}. */
    public synchronized void put(String name, List<InetAddress> addresses) {
        answers.put(checkedKey(name), List.copyOf(addresses));
    }

    @Override
    public synchronized void remove(String name) {
        Objects.requireNonNull(name, "name");
        beforeChange.run();
        answers.remove(checkedKey(name));
    }

    private static String checkedKey(String name) {
        String key = key(Addresses.checkedName(name));
        if (key.equals(LOCALHOST)) {
            throw new IllegalArgumentException("localhost is 127.0.0.1 and ::1 and cannot be changed");
        }
        return key;
    }

    @Override
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

    // ---- lookup

    /** The addresses of {@code name}. */
    public List<InetAddress> resolve(String name) throws UnknownHostException {
        List<InetAddress> answer;
        synchronized (this) {
            answer = answers.get(key(name));
        }
        if (answer == null) {
            throw new UnknownHostException(name);
        }
        return answer.stream().map(address -> Addresses.named(name, address)).toList();
    }

    /** The first name that resolves to {@code address}. */
    public synchronized String reverse(InetAddress address) throws UnknownHostException {
        Objects.requireNonNull(address, "address");
        for (Map.Entry<String, List<InetAddress>> answer : answers.entrySet()) {
            if (answer.getValue().contains(address)) {
                return answer.getKey();
            }
        }
        throw new UnknownHostException(Addresses.text(address));
    }

    public synchronized boolean isKnown(String name) {
        return answers.containsKey(key(name));
    }

    /** The form of {@code name} that is compared: lower case, without the final dot. */
    public static String key(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
