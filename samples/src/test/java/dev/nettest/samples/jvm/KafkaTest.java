package dev.nettest.samples.jvm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.Fault;
import dev.nettest.jvm.Claim;
import dev.nettest.jvm.JvmNetworkTest;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// snippet: jvm-kafka
/** Producer and consumer of Kafka, against a scripted broker. */
@JvmNetworkTest
class KafkaTest {

    private static final TopicPartition ORDERS = new TopicPartition("orders", 0);

    private ScriptedBroker broker;

    @BeforeEach
    void serve(Claim claim) throws IOException {
        broker = new ScriptedBroker(claim.host("kafka").listen(9092), claim.address(1), 9092);
    }

    private static Producer<String, String> producer(Claim claim, boolean idempotent) {
        Map<String, Object> settings =
                Map.of("bootstrap.servers", claim.address(1) + ":9092", "enable.idempotence", idempotent);
        return new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }

    private static List<String> consume(Claim claim, int count) {
        Map<String, Object> settings = Map.of("bootstrap.servers", claim.address(1) + ":9092");
        List<String> values = new ArrayList<>();
        try (Consumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.assign(List.of(ORDERS));
            consumer.seek(ORDERS, 0);
            while (values.size() < count) {
                consumer.poll(Duration.ofSeconds(10)).forEach(record -> values.add(record.value()));
            }
        }
        return values;
    }

    @Test
    void anIdempotentProducerSendsABatchAgainWithItsSequence(Claim claim) throws Exception {
        try (Producer<String, String> producer = producer(claim, true)) {
            broker.failNextAnswer(ApiKeys.PRODUCE, Fault.reset()); // the broker has stored the batch

            RecordMetadata tea =
                    producer.send(new ProducerRecord<>("orders", "tea")).get();
            producer.send(new ProducerRecord<>("orders", "milk")).get();

            assertThat(tea.offset()).isZero();
        }
        assertThat(broker.received())
                .containsExactly(
                        new ScriptedBroker.Batch(7, 0, "tea"),
                        new ScriptedBroker.Batch(7, 0, "tea"),
                        new ScriptedBroker.Batch(7, 1, "milk"));
        assertThat(consume(claim, 2)).containsExactly("tea", "milk");
    }

    @Test
    void withoutIdempotenceTheBatchIsStoredTwice(Claim claim) throws Exception {
        try (Producer<String, String> producer = producer(claim, false)) {
            broker.failNextAnswer(ApiKeys.PRODUCE, Fault.reset());

            producer.send(new ProducerRecord<>("orders", "tea")).get();
        }
        assertThat(consume(claim, 2)).containsExactly("tea", "tea");
    }

    @Test
    void aConsumerReadsABatchAgainThatAResetHasCut(Claim claim) throws Exception {
        String large = "x".repeat(100_000);
        try (Producer<String, String> producer = producer(claim, true)) {
            producer.send(new ProducerRecord<>("orders", large)).get();
        }
        broker.failNextAnswer(ApiKeys.FETCH, Fault.reset().afterBytes(50_000));

        assertThat(consume(claim, 1)).containsExactly(large);
    }
}
// end snippet
