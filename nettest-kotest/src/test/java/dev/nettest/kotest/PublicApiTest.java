package dev.nettest.kotest;

import dev.nettest.PublicApi;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PublicApiTest {
    @Test
    void isTheReviewedOne() throws IOException {
        PublicApi.assertReviewed(Path.of("api", "nettest-kotest.api"));
    }
}
