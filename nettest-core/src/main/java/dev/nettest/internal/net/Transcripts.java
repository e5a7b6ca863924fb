package dev.nettest.internal.net;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The transcripts of a network. They stand here and not in the connections, so that an idle connection stays small. */
final class Transcripts {

    private final Map<Long, TranscriptLog> logs = new ConcurrentHashMap<>();

    /** The transcript of this end, which begins now if there is none. */
    TranscriptLog of(ConnectionImpl connection) {
        TranscriptLog log = logs.computeIfAbsent(connection.id(), id -> new TranscriptLog());
        connection.io().startRecording();
        return log;
    }

    /** The transcript of an end that has one. */
    TranscriptLog known(ConnectionImpl connection) {
        TranscriptLog log = logs.get(connection.id());
        if (log == null) {
            throw new IllegalStateException("no transcript of " + connection);
        }
        return log;
    }
}
