package dev.nettest.samples.jvm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.nettest.Connection;
import dev.nettest.Fault;
import dev.nettest.Listener;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.common.message.ApiVersionsResponseData;
import org.apache.kafka.common.message.ApiVersionsResponseData.ApiVersion;
import org.apache.kafka.common.message.FetchRequestData;
import org.apache.kafka.common.message.FetchRequestData.FetchPartition;
import org.apache.kafka.common.message.FetchResponseData;
import org.apache.kafka.common.message.FetchResponseData.FetchableTopicResponse;
import org.apache.kafka.common.message.InitProducerIdResponseData;
import org.apache.kafka.common.message.MetadataRequestData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseBroker;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponsePartition;
import org.apache.kafka.common.message.MetadataResponseData.MetadataResponseTopic;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.message.ProduceRequestData.PartitionProduceData;
import org.apache.kafka.common.message.ProduceResponseData;
import org.apache.kafka.common.message.ProduceResponseData.PartitionProduceResponse;
import org.apache.kafka.common.message.ProduceResponseData.TopicProduceResponse;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.protocol.ByteBufferAccessor;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;
import org.apache.kafka.common.requests.AbstractRequest;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;

/** A broker with one partition of each topic. It knows one version of each request that the tests need. */
final class ScriptedBroker {

    /** A batch with one record. A broker compares producer and sequence to find a batch that it has stored. */
    record Batch(long producerId, int sequence, String value) {}

    private static final Map<ApiKeys, Short> VERSIONS = Map.of(
            ApiKeys.API_VERSIONS, (short) 4,
            ApiKeys.METADATA, (short) 12,
            ApiKeys.INIT_PRODUCER_ID, (short) 4,
            ApiKeys.PRODUCE, (short) 9,
            ApiKeys.FETCH, (short) 12);

    private final String address;
    private final int port;
    private final List<Batch> received = new CopyOnWriteArrayList<>();
    private final Map<Batch, Long> offsets = new ConcurrentHashMap<>();
    private final List<MemoryRecords> log = new CopyOnWriteArrayList<>();
    private final Map<ApiKeys, Fault> faults = new ConcurrentHashMap<>();

    ScriptedBroker(Listener listener, String address, int port) {
        this.address = address;
        this.port = port;
        listener.serve(this::answerRequests);
    }

    /** Installs a fault for the next answer to this request. The request itself is carried out. */
    void failNextAnswer(ApiKeys request, Fault write) {
        faults.put(request, write);
    }

    /** The batches of all requests, also of those that were stored before. */
    List<Batch> received() {
        return received;
    }

    private void answerRequests(Connection connection) throws IOException {
        DataInputStream in = new DataInputStream(connection.inputStream());
        DataOutputStream out = new DataOutputStream(connection.outputStream());
        for (int first = in.read(); first >= 0; first = in.read()) {
            int length = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedShort();
            ByteBuffer request = ByteBuffer.wrap(in.readNBytes(length));
            RequestHeader header = RequestHeader.parse(request);
            ApiMessage answer = answer(header, request);
            Fault fault = faults.remove(header.apiKey());
            if (fault != null) {
                connection.faults().write(fault);
            }
            ByteBuffer response = RequestUtils.serialize(
                    header.toResponseHeader().data(),
                    header.apiKey().responseHeaderVersion(header.apiVersion()),
                    answer,
                    header.apiVersion());
            out.writeInt(response.remaining());
            out.write(response.array(), response.position(), response.remaining());
            out.flush();
        }
    }

    private ApiMessage answer(RequestHeader header, ByteBuffer body) {
        ApiMessage request = AbstractRequest.parseRequest(
                        header.apiKey(), header.apiVersion(), new ByteBufferAccessor(body))
                .request
                .data();
        return switch (header.apiKey()) {
            case API_VERSIONS -> versions();
            case METADATA -> metadata((MetadataRequestData) request);
            case INIT_PRODUCER_ID ->
                new InitProducerIdResponseData().setProducerId(7).setProducerEpoch((short) 0);
            case PRODUCE -> store((ProduceRequestData) request);
            case FETCH -> fetch((FetchRequestData) request);
            default -> throw new IllegalArgumentException("not scripted: " + header);
        };
    }

    private static ApiMessage versions() {
        ApiVersionsResponseData answer = new ApiVersionsResponseData();
        VERSIONS.forEach((key, version) -> answer.apiKeys()
                .add(new ApiVersion().setApiKey(key.id).setMinVersion(version).setMaxVersion(version)));
        return answer;
    }

    private ApiMessage metadata(MetadataRequestData request) {
        MetadataResponseData answer = new MetadataResponseData().setControllerId(0);
        answer.brokers()
                .add(new MetadataResponseBroker().setNodeId(0).setHost(address).setPort(port));
        request.topics()
                .forEach(topic -> answer.topics()
                        .add(new MetadataResponseTopic()
                                .setName(topic.name())
                                .setPartitions(List.of(new MetadataResponsePartition()
                                        .setLeaderId(0)
                                        .setReplicaNodes(List.of(0))
                                        .setIsrNodes(List.of(0))))));
        return answer;
    }

    private ApiMessage store(ProduceRequestData request) {
        ProduceResponseData answer = new ProduceResponseData();
        request.topicData().forEach(topic -> {
            PartitionProduceData partition = topic.partitionData().get(0);
            answer.responses()
                    .add(new TopicProduceResponse()
                            .setName(topic.name())
                            .setPartitionResponses(List.of(new PartitionProduceResponse()
                                    .setBaseOffset(store((MemoryRecords) partition.records())))));
        });
        return answer;
    }

    /** Returns the offset of the batch. A batch of an idempotent producer is stored once. */
    private synchronized long store(MemoryRecords records) {
        MutableRecordBatch batch = records.batches().iterator().next();
        Batch sent = new Batch(batch.producerId(), batch.baseSequence(), valueOf(batch));
        received.add(sent);
        Long before = batch.hasProducerId() ? offsets.get(sent) : null;
        if (before != null) {
            return before;
        }
        long offset = log.size();
        offsets.put(sent, offset);
        batch.setLastOffset(offset);
        log.add(records);
        return offset;
    }

    private static String valueOf(MutableRecordBatch batch) {
        return UTF_8.decode(batch.iterator().next().value()).toString();
    }

    private ApiMessage fetch(FetchRequestData request) {
        FetchResponseData answer = new FetchResponseData();
        request.topics().forEach(topic -> {
            FetchPartition wanted = topic.partitions().get(0);
            int offset = (int) wanted.fetchOffset();
            answer.responses()
                    .add(new FetchableTopicResponse()
                            .setTopic(topic.topic())
                            .setPartitions(List.of(new FetchResponseData.PartitionData()
                                    .setHighWatermark(log.size())
                                    .setLastStableOffset(log.size())
                                    .setRecords(offset < log.size() ? log.get(offset) : MemoryRecords.EMPTY))));
        });
        return answer;
    }
}
