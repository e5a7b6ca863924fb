package dev.nettest.samples.okhttp;

import java.io.IOException;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.Buffer;

/** Downloads a file and resumes after a failure. */
public final class Download {

    private final OkHttpClient client;
    private final int attempts;

    /** @param attempts the maximum number of attempts */
    public Download(OkHttpClient client, int attempts) {
        this.client = client;
        this.attempts = attempts;
    }

    /** All bytes of {@code url}, from a server with range requests. Throws the failure of the last attempt. */
    public byte[] fetch(HttpUrl url) throws IOException {
        Buffer received = new Buffer();
        for (int attempt = 1; ; attempt++) {
            try {
                append(url, received);
                return received.readByteArray();
            } catch (IOException e) {
                if (attempt == attempts) {
                    throw e;
                }
            }
        }
    }

    private void append(HttpUrl url, Buffer received) throws IOException {
        Request request = new Request.Builder()
                .url(url)
                .header("Range", "bytes=" + received.size() + "-")
                .build();
        try (Response response = client.newCall(request).execute()) {
            if (response.code() != 206) {
                throw new IOException("no part of " + url + ", but " + response.code());
            }
            received.writeAll(response.body().source());
        }
    }
}
