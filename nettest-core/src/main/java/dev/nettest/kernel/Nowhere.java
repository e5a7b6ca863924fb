package dev.nettest.kernel;

/** Where a sleeping thread waits: nothing ever becomes ready here. */
final class Nowhere extends Pollable {

    Nowhere() {
        super(new Monitor());
    }

    @Override
    boolean holds(int condition, long amount) {
        return false;
    }
}
