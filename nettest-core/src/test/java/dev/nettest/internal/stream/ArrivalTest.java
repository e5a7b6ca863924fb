package dev.nettest.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import org.junit.jupiter.api.Test;

/** Segments that arrive together, and those that a link holds. */
class ArrivalTest {
    private final ArrayDeque<Arrival> queue = new ArrayDeque<>();

    @Test
    void segmentsOfOneInstantArriveTogether() {
        Arrival first = Arrival.add(queue, 10, 3, false, false);
        assertThat(Arrival.add(queue, 10, 4, true, false)).isSameAs(first);

        assertThat(first.bytes).isEqualTo(7);
        assertThat(first.fin).isTrue();
        assertThat(first.reset).isFalse();
        assertThat(Arrival.add(queue, 11, 1, false, false)).isNotSameAs(first);
        assertThat(queue).hasSize(2);
    }

    @Test
    void nothingArrivesBehindAFinOrAnRstTogetherWithIt() {
        Arrival fin = Arrival.add(queue, 10, 3, true, false);
        Arrival rst = Arrival.add(queue, 10, 0, false, true);
        Arrival after = Arrival.add(queue, 10, 2, false, false);

        assertThat(queue).containsExactly(fin, rst, after);
        assertThat(rst.reset).isTrue();
        assertThat(after.reset).isFalse();
        assertThat(Arrival.add(queue, 10, 0, false, true)).isSameAs(after);
        assertThat(after.bytes).isEqualTo(2);
        assertThat(after.reset).isTrue();
    }

    @Test
    void aHoldThatEndsReleasesItsSegments() {
        Hold hold = new Hold();
        hold.end();
        assertThat(hold.released).as("nothing was held").isFalse();

        hold.begin(true, true);
        hold.add(3, false);
        hold.add(4, true);
        hold.add(1, false);
        assertThat(hold.active && hold.suspended && hold.cut).isTrue();
        assertThat(hold.bytes).isEqualTo(8);
        assertThat(hold.fin).isTrue();
        hold.end();
        assertThat(hold.released).isTrue();
        hold.end();
        assertThat(hold.released).as("not sent yet").isTrue();
        assertThat(hold.active || hold.suspended || hold.cut).isFalse();

        hold.begin(false, false);
        assertThat(hold.released).isFalse();
        hold.reset = true;
        hold.clear();
        assertThat(hold.fin || hold.reset || hold.bytes > 0).isFalse();
    }
}
