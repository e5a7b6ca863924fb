package dev.nettest;

import org.jspecify.annotations.Nullable;

/**
 * What the links of a network say of one direction between two spots, at one moment.
 *
 * @param direction the one whose impairment acts; null for none
 * @param lane where things queue there
 * @param impairment what it does
 * @param cut whether a partition is in between
 * @param held whether everything is held up
 */
record Way(@Nullable LinkDirection direction, @Nullable Lane lane, Impairment impairment, boolean cut, boolean held) {

    static final Way FREE = new Way(null, null, Impairment.NONE, false, false);

    boolean isStopped() {
        return cut || held;
    }
}
