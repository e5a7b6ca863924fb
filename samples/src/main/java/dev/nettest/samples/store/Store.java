package dev.nettest.samples.store;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A key-value store with the commands {@code SET key value}, {@code GET key} and {@code DELETE key}. All conversations
 * share one store. It does not depend on connections.
 */
public final class Store {

    private final Map<String, String> entries = new ConcurrentHashMap<>();

    /** Executes one command and returns the reply, both without a line end. */
    public String execute(String command) {
        String[] words = command.split(" ", 3);
        return switch (words[0] + " " + (words.length - 1)) {
            case "SET 2" -> set(words[1], words[2]);
            case "GET 1" -> reply(entries.get(words[1]));
            case "DELETE 1" -> reply(entries.remove(words[1]));
            default -> "ERROR no such command: " + command;
        };
    }

    private String set(String key, String value) {
        entries.put(key, value);
        return "OK";
    }

    private static String reply(String value) {
        return value == null ? "NONE" : "VALUE " + value;
    }
}
