package dev.nettest.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnippetsTest {

    private final Snippets snippets = new Snippets();

    @BeforeEach
    void addOne() {
        snippets.add(Path.of("a", "B.java"), """
                class B {
                    // snippet: one
                    int x() {
                        return 1;
                    }
                    // end snippet
                }
                """);
    }

    @Test
    void aBlockIsReplacedByTheRegionWithoutItsIndentation() {
        assertThat(snippets.update("""
                <!-- snippet: a/B.java#one -->

                ```java
                old
                ```
                and on
                """)).isEqualTo("""
                <!-- snippet: a/B.java#one -->

                ```java
                int x() {
                    return 1;
                }
                ```
                and on
                """);
    }

    @Test
    void otherBlocksStay() {
        String markdown = "```xml\n<a/>\n```\n";

        assertThat(snippets.update(markdown)).isEqualTo(markdown);
    }

    @Test
    void aBlockNeedsAComment() {
        assertThatThrownBy(() -> snippets.update("Look:\n```kotlin\n```\n"))
                .hasMessage("a block without a snippet, under: Look:");
    }

    @Test
    void theRegionMustExistInThatFile() {
        assertThatThrownBy(() -> snippets.update("<!-- snippet: two -->\n```java\n```\n"))
                .hasMessage("no such snippet: <!-- snippet: two -->");
        assertThatThrownBy(() -> snippets.update("<!-- snippet: C.java#one -->\n```java\n```\n"))
                .hasMessage("another file has that snippet: <!-- snippet: C.java#one -->");
    }

    @Test
    void aNameIsUnique() {
        assertThatThrownBy(() -> snippets.add(Path.of("C.kt"), "// snippet: one\n// end snippet\n"))
                .hasMessage("C.kt: there is another one");
    }

    @Test
    void aRegionNeedsAnEnd() {
        assertThatThrownBy(() -> snippets.add(Path.of("C.kt"), "// snippet: two\n"))
                .hasMessage("C.kt: two has no end");
    }
}
