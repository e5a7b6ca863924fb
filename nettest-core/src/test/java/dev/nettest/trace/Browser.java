package dev.nettest.trace;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.openqa.selenium.By;
import org.openqa.selenium.Dimension;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** Headless Chromium, of the system. Nothing is downloaded. */
final class Browser implements AutoCloseable {
    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Starts a browser whose profile is in {@code folder}. Skips the test if the system has none. */
    static Browser open(Path folder) {
        File chromium = program("chromium");
        File chromedriver = program("chromedriver");
        Assumptions.assumeTrue(
                chromium != null && chromedriver != null,
                "chromium and chromedriver are missing; .ci/install-servers installs them");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions()
                .setBinary(chromium)
                .addArguments(
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--user-data-dir=" + folder.resolve("profile"));
        options.setCapability("goog:loggingPrefs", logs);
        // With a path, Selenium looks for no driver and downloads none.
        System.setProperty(ChromeDriverService.CHROME_DRIVER_EXE_PROPERTY, chromedriver.getPath());
        ChromeDriver driver = new ChromeDriver(options);
        driver.manage().window().setSize(new Dimension(1400, 1000));
        return new Browser(driver);
    }

    private static @Nullable File program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(folder -> new File(folder, name))
                .filter(File::canExecute)
                .findFirst()
                .orElse(null);
    }

    Browser show(Path page) {
        driver.get(page.toUri().toString());
        return this;
    }

    /** Like the setting of the system. */
    void prefer(String colorScheme) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", colorScheme))));
    }

    List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    WebElement one(String css) {
        return driver.findElement(By.cssSelector(css));
    }

    /** The element with this accessible name. */
    WebElement named(String css, String name) {
        return all(css).stream()
                .filter(element -> element.getAccessibleName().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + css + " named " + name + " but "
                        + all(css).stream().map(WebElement::getAccessibleName).toList()));
    }

    /** The row with this text. */
    WebElement row(String text) {
        return all(".row[id]").stream()
                .filter(row -> row.getDomAttribute("aria-label").contains(text))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no row with " + text));
    }

    String focused() {
        return driver.switchTo().activeElement().getAccessibleName();
    }

    void hover(WebElement element) {
        new Actions(driver).moveToElement(element).perform();
    }

    void press(CharSequence... keys) {
        new Actions(driver).sendKeys(keys).perform();
    }

    /** The value of a JavaScript expression. */
    Object evaluate(String expression) {
        return driver.executeScript("return " + expression);
    }

    /** Everything that the page and the browser logged. */
    List<String> console() {
        return StreamSupport.stream(driver.manage().logs().get(LogType.BROWSER).spliterator(), false)
                .map(LogEntry::toString)
                .toList();
    }

    void screenshot(Path file) throws IOException {
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    /** The page as it is printed. */
    void print(Path file) throws IOException {
        Object pdf = driver.executeCdpCommand(
                        "Page.printToPDF", Map.of("preferCSSPageSize", true, "printBackground", true))
                .get("data");
        Files.write(file, Base64.getDecoder().decode((String) pdf));
    }

    @Override
    public void close() {
        driver.quit();
    }
}
