import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathExpressionException;
import javax.xml.xpath.XPathFactory;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/**
 * Checks a staged release: the modules, the files of each, the content of the jars and the elements of the POMs.
 *
 * <p>Run it from the project's folder: {@code java .ci/ReleaseContent.java STAGING [signed]}.
 * With {@code signed} every file needs a signature, and placeholders are errors.
 */
final class ReleaseContent {
    private static final String GROUP = "dev/nettest";
    private static final String BOM = "nettest-bom";

    /** The modules without a descriptor, and their names. */
    private static final Map<String, String> AUTOMATIC_MODULES =
            Map.of("nettest-kotest", "dev.nettest.kotest", "nettest-jvm", "dev.nettest.jvm");

    private static final List<String> REQUIRED_IN_POM = List.of(
            "/project/modelVersion",
            "/project/groupId",
            "/project/artifactId",
            "/project/version",
            "/project/name",
            "/project/description",
            "/project/url",
            "/project/licenses/license/name",
            "/project/licenses/license/url",
            "/project/developers/developer/name",
            "/project/developers/developer/email",
            "/project/scm/connection",
            "/project/scm/developerConnection",
            "/project/scm/url");
    private static final List<String> FORBIDDEN_IN_POM = List.of(
            "/project/parent",
            "/project/modules",
            "/project/properties",
            "/project/build",
            "/project/profiles",
            "/project/repositories",
            "/project/pluginRepositories",
            "/project/distributionManagement",
            "/project/dependencies/dependency[scope='test' or scope='system']",
            "/project/dependencies/dependency[not(version)]",
            "//version[contains(., 'SNAPSHOT')]");

    private final Path staging;
    private final boolean signed;
    private final String license;
    private final List<String> problems = new ArrayList<>();

    private ReleaseContent(Path staging, boolean signed) throws IOException {
        this.staging = staging;
        this.signed = signed;
        this.license = Files.readString(Path.of("LICENSE"));
    }

    public static void main(String[] arguments) throws Exception {
        var check = new ReleaseContent(Path.of(arguments[0]), Arrays.asList(arguments).contains("signed"));
        Set<String> modules = check.checkModules();
        check.problems.forEach(problem -> System.err.println("release: " + problem));
        if (!check.problems.isEmpty()) {
            System.exit(1);
        }
        System.out.println("release: as it should be: " + String.join(", ", modules));
    }

    private Set<String> checkModules() throws Exception {
        Path group = staging.resolve(GROUP);
        require(names(staging).equals(Set.of("dev")), "only dev/nettest belongs into " + staging);
        require(names(staging.resolve("dev")).equals(Set.of("nettest")), "only dev/nettest belongs into " + staging);
        Set<String> modules = names(group);
        var versions = new TreeSet<String>();
        for (String module : modules) {
            for (String version : names(group.resolve(module))) {
                versions.add(version);
                checkModule(group.resolve(module).resolve(version), module, version);
            }
        }
        require(versions.size() == 1, "one version, not " + versions);
        return modules;
    }

    private void checkModule(Path folder, String module, String version) throws Exception {
        String stem = module + "-" + version;
        var expected = new TreeSet<String>(Set.of(stem + ".pom"));
        if (!module.equals(BOM)) {
            expected.addAll(Set.of(stem + ".jar", stem + "-sources.jar", stem + "-javadoc.jar"));
        }
        Set<String> files = names(folder);
        Set<String> main = files.stream().filter(ReleaseContent::isMain).collect(Collectors.toCollection(TreeSet::new));
        require(main.equals(expected), module + ": has the files " + main + " instead of " + expected);
        for (String file : main) {
            require(files.contains(file + ".md5") && files.contains(file + ".sha1"), file + ": no checksums");
            require(!signed || files.contains(file + ".asc"), file + ": no signature");
        }

        if (!main.equals(expected)) {
            return;
        }
        checkPom(folder.resolve(stem + ".pom"));
        if (module.equals(BOM)) {
            checkBom(parse(folder.resolve(stem + ".pom")));
        } else {
            Set<String> entries = checkJar(folder.resolve(stem + ".jar"));
            String name = AUTOMATIC_MODULES.get(module);
            String declared = automaticModuleName(folder.resolve(stem + ".jar"));
            require(Objects.equals(declared, name), module + ": has the automatic module name " + declared);
            require(entries.contains("module-info.class") == (name == null), module + ": module descriptor");
            for (String test : testClasses(module)) {
                require(!entries.contains(test), module + ": a test in the jar: " + test);
            }
            Set<String> sources = checkJar(folder.resolve(stem + "-sources.jar"));
            require(sources.contains("module-info.java") == (name == null), module + ": module descriptor, sources");
            checkSources(module, entries, sources);
            Set<String> pages = checkJar(folder.resolve(stem + "-javadoc.jar"));
            require(pages.contains("index.html"), module + ": no index.html in the documentation");
        }
    }

    /** Signatures and checksums come with the file that they are for. */
    private static boolean isMain(String file) {
        return Stream.of(".asc", ".md5", ".sha1", ".sha256", ".sha512").noneMatch(file::endsWith);
    }

    /** Kotlin names files freely, so packages are compared. */
    private void checkSources(String module, Set<String> classes, Set<String> sources) {
        Set<String> compiled = packages(classes, ".class");
        Set<String> written = packages(sources, ".java", ".kt");
        require(compiled.equals(written), module + ": classes of " + compiled + ", sources of " + written);
    }

    private static Set<String> packages(Set<String> entries, String... suffixes) {
        return entries.stream()
                .filter(name -> name.contains("/") && Stream.of(suffixes).anyMatch(name::endsWith))
                .map(name -> name.substring(0, name.lastIndexOf('/')))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The entries that the tests of {@code module} would have in a jar, one for each source file. */
    private Set<String> testClasses(String module) throws IOException {
        Set<String> classes = new TreeSet<>();
        for (String language : List.of("java", "kotlin")) {
            Path root = Path.of(module, "src", "test", language);
            if (Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    files.filter(Files::isRegularFile)
                            .map(file -> root.relativize(file).toString())
                            .filter(name -> name.matches(".*\\.(java|kt)") && !name.endsWith("package-info.java"))
                            .forEach(name -> classes.add(name.replaceAll("\\.(java|kt)$", ".class")));
                }
            }
        }
        require(!classes.isEmpty(), module + ": no test sources found");
        return classes;
    }

    private Set<String> checkJar(Path jar) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            Set<String> entries = zip.stream().map(ZipEntry::getName).collect(Collectors.toCollection(TreeSet::new));
            ZipEntry entry = zip.getEntry("META-INF/LICENSE");
            require(entry != null && new String(zip.getInputStream(entry).readAllBytes()).equals(license),
                    jar.getFileName() + ": META-INF/LICENSE is not the file LICENSE");
            require(!entries.contains("META-INF/jpms.args"), jar.getFileName() + ": has META-INF/jpms.args");
            return entries;
        }
    }

    /** Null if the manifest has none. */
    private static String automaticModuleName(Path jar) throws IOException {
        try (var file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes().getValue("Automatic-Module-Name");
        }
    }

    private void checkPom(Path file) throws Exception {
        Document pom = parse(file);
        for (String path : REQUIRED_IN_POM) {
            NodeList found = select(pom, path);
            boolean present = found.getLength() > 0 && !found.item(0).getTextContent().isBlank();
            require(present, file.getFileName() + ": no " + path);
        }
        for (String path : FORBIDDEN_IN_POM) {
            require(select(pom, path).getLength() == 0, file.getFileName() + ": has " + path);
        }
        String text = Files.readString(file);
        require(!text.contains("${"), file.getFileName() + ": has an unresolved property");
        require(!signed || !text.contains("placeholder.invalid"), file.getFileName() + ": has a placeholder");
    }

    /** The BOM manages every published module at its version, and nothing else. */
    private void checkBom(Document pom) throws Exception {
        String dependencies = "/project/dependencyManagement/dependencies/dependency";
        String version = select(pom, "/project/version").item(0).getTextContent();
        Set<String> published = names(staging.resolve(GROUP));
        published.remove(BOM);
        NodeList managed = select(pom, dependencies + "[version='" + version + "']/artifactId");
        var artifacts = new TreeSet<String>();
        for (int i = 0; i < managed.getLength(); i++) {
            artifacts.add(managed.item(i).getTextContent());
        }
        require(artifacts.equals(published), BOM + ": manages " + artifacts + ", published are " + published);
        int all = select(pom, dependencies).getLength();
        require(all == artifacts.size(), BOM + ": manages another version or library");
    }

    private static Document parse(Path file) throws Exception {
        return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(file.toFile());
    }

    private static NodeList select(Document document, String path) throws XPathExpressionException {
        return (NodeList) XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
    }

    private static Set<String> names(Path folder) throws IOException {
        try (Stream<Path> children = Files.list(folder)) {
            return children.map(child -> child.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private void require(boolean condition, String problem) {
        if (!condition) {
            problems.add(problem);
        }
    }
}
