package dev.nettest;
/** x */
public enum LinkProfile {
    /** x */
    LAN;

    Impairment up() {
        return Impairment.NONE;
    }

    Impairment down() {
        return Impairment.NONE;
    }
}
