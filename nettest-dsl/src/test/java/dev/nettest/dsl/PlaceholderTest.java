package dev.nettest.dsl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlaceholderTest {
    @Test
    void jupiterRunsBesideKotest() {
        assertThat(new PlaceholderSpec()).isNotNull();
    }
}
