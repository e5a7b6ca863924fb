package dev.nettest.jvm;

import dev.nettest.PublicApi;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PublicApiTest {
    @Test
    void isTheReviewedOne() throws IOException {
        PublicApi.assertReviewed(Path.of("api", "nettest-jvm.api"));
    }
}
