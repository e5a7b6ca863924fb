package dev.nettest.contract;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scripts with their outcomes, one a line: {@code peer.write 7, peer.reset, read=7, read=reset}. A line may be for one
 * JDK type only ({@code local socket: …}, {@code peer channel: …}) or for one kind of network ({@code tcp: …},
 * {@code unix: …}). A line that starts with {@code #} is a comment.
 */
final class OutcomeTable {
    private static final Pattern LINE = Pattern.compile("(?:(tcp|unix): )?(?:(local|peer) (socket|channel): )?(.*)");

    private OutcomeTable() {}

    record Row(Optional<String> kind, Optional<JdkType> local, Optional<JdkType> peer, Script script) {
        private static Row parse(String line) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(line);
            }
            Optional<JdkType> jdkType =
                    Optional.ofNullable(matcher.group(3)).map(name -> JdkType.valueOf(name.toUpperCase()));
            boolean isLocal = "local".equals(matcher.group(2));
            return new Row(
                    Optional.ofNullable(matcher.group(1)),
                    isLocal ? jdkType : Optional.empty(),
                    isLocal ? Optional.empty() : jdkType,
                    Script.parse(matcher.group(4)));
        }

        boolean isFor(StreamBackend backend) {
            return (kind.isEmpty() || kind.get().equals(backend.isUnix() ? "unix" : "tcp"))
                    && !(backend.capabilities().contains(Capability.NO_AVAILABLE) && script.has("available"));
        }

        boolean isFor(JdkType jdkType) {
            return local.isEmpty() || local.get() == jdkType;
        }

        boolean isWithPeer(JdkType jdkType) {
            return peer.isEmpty() || peer.get() == jdkType;
        }
    }

    static List<Row> parse(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Row::parse)
                .toList();
    }

    /** The JDK types that the peer can have on a backend. */
    static Set<JdkType> peers(StreamBackend backend) {
        return backend.capabilities().contains(Capability.MIXED_JDK_TYPES)
                ? Set.of(JdkType.values())
                : Set.of(backend.jdkType());
    }
}
