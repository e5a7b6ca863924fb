package dev.nettest.contract;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Scripts with their outcomes, one a line: {@code peer.write 7, peer.reset, read=7, read=reset}. A line may be for one
 * face only ({@code my socket: …}, {@code peer channel: …}) or for one kind of network ({@code tcp: …}, {@code unix: …}); a line that starts with {@code #} is a remark.
 */
final class OutcomeTable {
    private static final Pattern LINE = Pattern.compile("(?:(tcp|unix): )?(?:(my|peer) (socket|channel): )?(.*)");

    private OutcomeTable() {}

    record Row(Optional<String> kind, Optional<Face> me, Optional<Face> peer, Script script) {
        private static Row parse(String line) {
            Matcher matcher = LINE.matcher(line);
            if (!matcher.matches()) {
                throw new IllegalArgumentException(line);
            }
            Optional<Face> face = Optional.ofNullable(matcher.group(3)).map(name -> Face.valueOf(name.toUpperCase()));
            boolean mine = "my".equals(matcher.group(2));
            return new Row(
                    Optional.ofNullable(matcher.group(1)),
                    mine ? face : Optional.empty(),
                    mine ? Optional.empty() : face,
                    Script.parse(matcher.group(4)));
        }

        boolean isFor(StreamBackend backend) {
            return (kind.isEmpty() || kind.get().equals(backend.isUnix() ? "unix" : "tcp"))
                    && !(backend.capabilities().contains(Capability.BLIND) && script.has("available"));
        }

        boolean isFor(Face face) {
            return me.isEmpty() || me.get() == face;
        }

        boolean isWithPeer(Face face) {
            return peer.isEmpty() || peer.get() == face;
        }
    }

    static List<Row> parse(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .map(Row::parse)
                .toList();
    }

    /** The faces that the peer can have on a backend. */
    static Set<Face> peers(StreamBackend backend) {
        return backend.capabilities().contains(Capability.MIXED_FACES) ? Set.of(Face.values()) : Set.of(backend.face());
    }
}
