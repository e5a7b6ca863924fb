package dev.nettest.samples;

final class JavaPlaceholder {
    private JavaPlaceholder() {}

    static String greeting() {
        return KotlinPlaceholder.GREETING;
    }
}
