import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Compares two runs of the same tests, each a folder of surefire's reports: {@code java .ci/CompareReports.java A B}.
 * Prints each test with another outcome, and ends with 1 if there is one.
 */
final class CompareReports {

    private CompareReports() {}

    public static void main(String[] folders) throws Exception {
        Map<String, String> first = outcomes(Path.of(folders[0]));
        Map<String, String> second = outcomes(Path.of(folders[1]));
        TreeSet<String> tests = new TreeSet<>(first.keySet());
        tests.addAll(second.keySet());
        int differing = 0;
        for (String test : tests) {
            String before = first.getOrDefault(test, "absent");
            String after = second.getOrDefault(test, "absent");
            if (!before.equals(after)) {
                System.out.println(test + ": " + before + " in " + folders[0] + ", " + after + " in " + folders[1]);
                differing++;
            }
        }
        System.out.println(folders[0] + ": " + counts(first));
        System.out.println(folders[1] + ": " + counts(second) + ", differing: " + differing);
        System.exit(tests.isEmpty() || differing > 0 ? 1 : 0);
    }

    private static Map<String, Long> counts(Map<String, String> outcomes) {
        return outcomes.values().stream()
                .collect(Collectors.groupingBy(outcome -> outcome, TreeMap::new, Collectors.counting()));
    }

    /** The outcome of each test. Equal names, such as those of invocations without a number, get one of their own. */
    private static Map<String, String> outcomes(Path folder) throws Exception {
        Map<String, String> outcomes = new TreeMap<>();
        try (DirectoryStream<Path> reports = Files.newDirectoryStream(folder, "TEST-*.xml")) {
            for (Path report : reports) {
                add(report, outcomes);
            }
        }
        return outcomes;
    }

    private static void add(Path report, Map<String, String> outcomes) throws Exception {
        Document document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
        NodeList cases = document.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            String name = test.getAttribute("classname") + "." + test.getAttribute("name");
            int number = 1;
            while (outcomes.containsKey(name + " #" + number)) {
                number++;
            }
            outcomes.put(name + " #" + number, outcome(test));
        }
    }

    private static String outcome(Element test) {
        for (String kind : new String[] {"failure", "error", "skipped"}) {
            if (test.getElementsByTagName(kind).getLength() > 0) {
                return kind;
            }
        }
        return "passed";
    }
}
