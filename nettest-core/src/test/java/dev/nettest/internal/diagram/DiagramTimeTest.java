package dev.nettest.internal.diagram;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A time has the unit that a reader expects. */
class DiagramTimeTest {
    @ParameterizedTest
    @CsvSource({
        "PT0S, 0 s",
        "PT0.000000001S, 0.001 us",
        "PT0.00025S, 250 us",
        "PT0.02S, 20 ms",
        "PT0.1368S, 136.8 ms",
        "PT1S, 1 s",
        "PT30.06S, 30.06 s",
        "PT90S, 90 s",
        "PT2M, 2 min",
        "PT2M7S, 127 s",
        "PT10M1.004S, 601.004 s",
        "PT24H, 1440 min"
    })
    void text(Duration time, String text) {
        assertThat(DiagramTime.text(time)).isEqualTo(text);
    }
}
