package dev.nettest.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Placeholder;
import org.junit.jupiter.api.Test;

class PlaceholderTest {
    @Test
    void testsSeeTheModule() {
        assertThat(Placeholder.name()).isEqualTo("nettest");
    }
}
