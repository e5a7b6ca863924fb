package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.nettest.Fault;
import dev.nettest.FaultHandle;
import dev.nettest.Network;
import dev.nettest.junit.NetworkTest;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import dev.nettest.jvm.Localhost;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.RestClientException;

// snippet: jvm-spring-boot
/** A Spring Boot application on its embedded Tomcat, and a payment service that it calls. */
@JvmNetworkTest(localhost = Localhost.ALL_THREADS, addresses = "10.80.0.0/16", forbidRealSockets = true)
@NetworkTest(scope = NetworkTest.Scope.CLASS)
@SpringBootTest(
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = {"server.address=localhost", "payments.url=http://10.80.0.1", "spring.main.banner-mode=off"})
@DirtiesContext // stops Tomcat before its network ends
class ShopApplicationTest {

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Shop {

        private final RestClient payments;

        Shop(RestClient.Builder client, @Value("${payments.url}") String url) {
            payments = client.baseUrl(url).build();
        }

        @PostMapping("/orders")
        String order() {
            return payments.post().uri("/charges").retrieve().body(String.class);
        }

        @ExceptionHandler
        ResponseEntity<String> paymentFailed(RestClientException failure) {
            HttpStatus status = HttpStatus.BAD_GATEWAY;
            if (failure.contains(ConnectException.class)) {
                status = HttpStatus.SERVICE_UNAVAILABLE;
            } else if (failure.contains(SocketTimeoutException.class)) {
                status = HttpStatus.GATEWAY_TIMEOUT;
            }
            return ResponseEntity.status(status).body("not paid");
        }
    }

    private static final InetSocketAddress PAYMENTS = new InetSocketAddress("10.80.0.1", 80);
    private static final AtomicInteger CHARGES = new AtomicInteger();

    private static HttpServer payments;

    private final HttpClient customer = HttpClient.newHttpClient();

    @LocalServerPort
    private int port;

    @BeforeAll
    static void servePayments(Claim claim) throws IOException {
        claim.host("payments"); // has the first address of the claim
        payments = HttpServer.create(PAYMENTS, 0);
        payments.createContext("/charges", ShopApplicationTest::charge);
        payments.start();
    }

    private static void charge(HttpExchange exchange) throws IOException {
        CHARGES.incrementAndGet();
        exchange.getResponseHeaders().set("Connection", "close");
        exchange.sendResponseHeaders(200, 4);
        exchange.getResponseBody().write("paid".getBytes());
        exchange.close();
    }

    @AfterAll
    static void stopPayments() {
        payments.stop(0);
    }

    @BeforeEach
    void forgetCharges() {
        CHARGES.set(0);
    }

    private HttpResponse<String> order() throws IOException, InterruptedException {
        URI orders = URI.create("http://localhost:" + port + "/orders");
        HttpRequest order =
                HttpRequest.newBuilder(orders).POST(BodyPublishers.noBody()).build();
        return customer.send(order, BodyHandlers.ofString());
    }

    @Test
    void anOrderIsPaid() throws Exception {
        HttpResponse<String> response = order();

        assertThat(response.body()).isEqualTo("paid");
        assertThat(response.statusCode()).isEqualTo(200);
    }

    @Test
    void aResetInsideTheResponseIsABadGateway(Network network) throws Exception {
        try (FaultHandle reset =
                network.awaitListening(PAYMENTS).faults().write(Fault.reset().afterBytes(20))) {
            assertThat(order().statusCode()).isEqualTo(502);
            assertThat(reset.fireCount()).isEqualTo(1);
        }
        assertThat(CHARGES).hasValue(1); // the customer has paid, and the shop does not know
    }

    @Test
    void aSilentPaymentServiceIsAGatewayTimeout(Network network) throws Exception {
        try (FaultHandle silent = network.faults()
                .read(Fault.timeout().matching(read -> read.remoteAddress().equals(PAYMENTS)))) {
            assertThat(order().statusCode()).isEqualTo(504);
            assertThat(silent.fireCount()).isEqualTo(1);
        }
    }

    @Test
    void aRefusedConnectionIsServiceUnavailable(Network network) throws Exception {
        try (FaultHandle refused = network.awaitListening(PAYMENTS).faults().connect(Fault.refuse())) {
            assertThat(order().statusCode()).isEqualTo(503);
            assertThat(refused.fireCount()).isEqualTo(1);
        }
        assertThat(CHARGES).hasValue(0);
    }
}
// end snippet
