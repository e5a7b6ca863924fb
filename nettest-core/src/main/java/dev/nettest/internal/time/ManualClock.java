package dev.nettest.internal.time;

/** A virtual clock that only explicit moves advance. */
public final class ManualClock extends VirtualClockImpl {

    @Override
    public boolean isSelfAdvancing() {
        return false;
    }

    @Override
    boolean standsByItself() {
        return true;
    }

    @Override
    void afterMove() {}
}
