package dev.nettest.trace;

import java.util.Locale;
import java.util.Set;

/** Names of files that are valid on Linux, macOS and Windows. */
final class FileNames {

    /** Room for a number and an extension in the 255 bytes that file systems allow. */
    private static final int LONGEST = 160;

    /** Windows reserves them, also with an extension. */
    private static final Set<String> DEVICES = Set.of("con", "prn", "aux", "nul");

    private FileNames() {}

    /** The text as a name. Different texts have different names, apart from upper and lower case. */
    static String of(String text) {
        StringBuilder name = new StringBuilder();
        text.chars().forEach(c -> name.append(isPlain(c) ? (char) c : '_'));
        boolean same = name.length() <= LONGEST && name.toString().equals(text) && !isReserved(text);
        if (same) {
            return text;
        }
        name.setLength(Math.min(name.length(), LONGEST));
        return "_".repeat(isReserved(text) ? 1 : 0) + name + "-" + String.format(Locale.ROOT, "%08x", text.hashCode());
    }

    private static boolean isPlain(int c) {
        boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        return letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
    }

    /** True for a name of a device, of the index, or of a hidden file. */
    private static boolean isReserved(String text) {
        int dot = text.indexOf('.');
        String stem = (dot < 0 ? text : text.substring(0, dot)).toLowerCase(Locale.ROOT);
        return stem.isEmpty() || stem.equals("index") || DEVICES.contains(stem) || stem.matches("(com|lpt)\\d");
    }
}
