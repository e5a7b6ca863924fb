package dev.nettest.samples;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceholderTest {
    @Test
    void javaSeesKotlin() {
        assertThat(JavaPlaceholder.greeting()).isEqualTo("hello");
    }
}
