package dev.nettest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.nettest.channel.NetworkChannels;
import dev.nettest.junit.NetworkExtension;
import dev.nettest.socket.NetworkSockets;
import dev.nettest.socket.TestTls;
import java.io.IOException;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A null argument of any public method is named in the {@code NullPointerException}. */
class NullArgumentTest {
    private static final List<Path> PACKAGES = List.of(
            Path.of("target/classes/dev/nettest"),
            Path.of("target/classes/dev/nettest/socket"),
            Path.of("target/classes/dev/nettest/channel"));

    private final Network network = Network.create();

    /** One parameter that may not be null. */
    record Argument(Executable executable, int index) {
        Parameter parameter() {
            return executable.getParameters()[index];
        }

        @Override
        public String toString() {
            Class<?> type = executable.getDeclaringClass();
            List<String> types = Stream.of(executable.getParameterTypes())
                    .map(Class::getSimpleName)
                    .toList();
            return type.getSimpleName() + "." + (executable instanceof Method ? executable.getName() : "new") + types
                    + " " + parameter().getName();
        }
    }

    static Stream<Argument> arguments() throws Exception {
        List<Argument> arguments = new ArrayList<>();
        for (Class<?> type : publicTypes()) {
            List<Executable> executables = new ArrayList<>(List.of(type.getDeclaredMethods()));
            executables.addAll(List.of(type.getConstructors()));
            for (Executable executable : executables) {
                if (Modifier.isPublic(executable.getModifiers())
                        && !executable.isSynthetic()
                        && !isExempt(executable)) {
                    addArguments(arguments, executable);
                }
            }
        }
        arguments.add(new Argument(NetworkExtension.class.getConstructor(NetworkConfig.class), 0));
        assertThat(arguments).hasSizeGreaterThan(150);
        return arguments.stream();
    }

    private static void addArguments(List<Argument> arguments, Executable executable) {
        Parameter[] parameters = executable.getParameters();
        for (int i = 0; i < parameters.length; i++) {
            if (!parameters[i].getType().isPrimitive()
                    && !parameters[i].getAnnotatedType().isAnnotationPresent(Nullable.class)) {
                arguments.add(new Argument(executable, i));
            }
        }
    }

    /** True for methods that the compiler makes, types that users implement, and events, which networks make. */
    private static boolean isExempt(Executable executable) {
        Class<?> type = executable.getDeclaringClass();
        return executable.getName().equals("equals")
                || executable.getName().equals("valueOf")
                || TraceEvent.class.isAssignableFrom(type)
                || Set.of(NetworkClock.class, ConnectionHandler.class, Determinism.Block.class)
                        .contains(type);
    }

    private static List<Class<?>> publicTypes() throws Exception {
        List<Class<?>> types = new ArrayList<>();
        for (Path directory : PACKAGES) {
            try (Stream<Path> files = Files.list(directory)) {
                for (Path file :
                        files.filter(path -> path.toString().endsWith(".class")).toList()) {
                    String name = Path.of("target/classes").relativize(file).toString();
                    Class<?> type =
                            Class.forName(name.substring(0, name.length() - 6).replace('/', '.'));
                    if (Modifier.isPublic(type.getModifiers())) {
                        types.add(type);
                    }
                }
            }
        }
        return types;
    }

    @AfterEach
    void shutDown() {
        network.shutdown();
    }

    @ParameterizedTest
    @MethodSource("arguments")
    void isNamed(Argument argument) throws Exception {
        Executable executable = argument.executable();
        Object[] values = new Object[executable.getParameterCount()];
        for (int i = 0; i < values.length; i++) {
            Parameter parameter = executable.getParameters()[i];
            values[i] = i == argument.index() ? null : value(parameter.getType(), parameter.getName());
        }

        Throwable thrown = thrownBy(executable, values);

        assertThat(thrown)
                .isInstanceOf(NullPointerException.class)
                .hasMessage(argument.parameter().getName());
    }

    private Throwable thrownBy(Executable executable, Object[] values) throws Exception {
        try {
            if (executable instanceof Constructor<?> constructor) {
                constructor.newInstance(values);
            } else {
                Method method = (Method) executable;
                Object receiver =
                        Modifier.isStatic(method.getModifiers()) ? null : value(method.getDeclaringClass(), "receiver");
                method.invoke(receiver, values);
            }
            return null;
        } catch (InvocationTargetException e) {
            return e.getCause();
        }
    }

    /** A valid argument, so that only the null one is at fault. */
    private Object value(Class<?> type, String name) throws Exception {
        if (type == String.class) {
            return switch (name) {
                case "address", "target", "peer" -> "10.0.0.9:99";
                case "group" -> "224.0.0.5";
                case "a", "b", "from", "to" -> "localhost";
                default -> "name";
            };
        }
        if (type == int.class) {
            return 100;
        }
        if (type == long.class) {
            return 1L;
        }
        if (type == double.class) {
            return 0.5;
        }
        if (type == boolean.class) {
            return true;
        }
        if (type == byte.class) {
            return (byte) 1;
        }
        if (type == char[].class) {
            return new char[] {'x'};
        }
        if (type == String[].class) {
            return new String[] {"10.0.0.9"};
        }
        if (type == TraceDiff.Option[].class) {
            return new TraceDiff.Option[0];
        }
        if (type == Host[].class) {
            return Array.newInstance(Host.class, 0);
        }
        if (type.isEnum()) {
            return type.getEnumConstants()[0];
        }
        return object(type);
    }

    private Object object(Class<?> type) throws Exception {
        Object network = ofNetwork(type);
        return network == null ? ofJdk(type) : network;
    }

    private Object ofNetwork(Class<?> type) throws Exception {
        if (type == Network.class
                || type == NetworkStack.class
                || type == NetworkLinks.class
                || type == NetworkAwaits.class) {
            return network;
        }
        return switch (type.getSimpleName()) {
            case "Host" ->
                network.host(
                        "host" + System.nanoTime(),
                        "10.1.0." + (1 + network.names().all().size()));
            case "Binding" -> network.bind(new InetSocketAddress("10.0.0.8", 0));
            case "Listener" -> network.listen();
            case "Connection", "Awaitable" -> network.pair().client();
            case "DatagramEndpoint" -> network.bindDatagram();
            case "Names" -> network.names();
            case "Faults" -> network.faults();
            case "Fault" -> Fault.stall();
            case "FaultHandle" -> network.faults().read(Fault.stall());
            case "Link" -> network.defaultLink();
            case "LinkDirection" -> network.defaultLink().forward();
            case "Impairment" -> Impairment.NONE;
            case "NetworkClock" -> network.clock();
            case "VirtualClock" -> VirtualClock.manual();
            case "WallClock" -> network.localhost().clock();
            case "NetworkConfig" -> network.config();
            case "Builder" -> type == Impairment.Builder.class ? Impairment.builder() : NetworkConfig.builder();
            case "KeepAlive" -> KeepAlive.ON;
            case "Trace" -> network.trace();
            case "TracePayload" -> TracePayload.EMPTY;
            case "TraceSocket" ->
                new TraceSocket(TraceSocket.Kind.LISTENER, 1, new InetSocketAddress(1), "localhost", null, null);
            case "Wakeup" -> Wakeup.of(network);
            case "ReadyHook" -> network.pair().client().readyHook(() -> {});
            case "OperationLock" -> OperationLock.of(network);
            case "SystemError" -> SystemError.values()[0];
            case "TestTls" -> TestTls.selfSigned();
            case "Block" -> (Determinism.Block) seen -> {};
            case "ConnectionHandler" -> (ConnectionHandler) connection -> {};
            case "Bridge" -> network.bridge("10.0.0.9:99", new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
            default -> null;
        };
    }

    private Object ofJdk(Class<?> type) throws Exception {
        return switch (type.getSimpleName()) {
            case "SocketAddress", "InetSocketAddress" ->
                new InetSocketAddress(InetAddress.getByAddress(new byte[] {10, 0, 0, 9}), 99);
            case "InetAddress" -> InetAddress.getLoopbackAddress();
            case "ProtocolFamily" -> StandardProtocolFamily.INET6;
            case "Duration" -> Duration.ofMillis(1);
            case "Instant" -> Instant.EPOCH;
            case "ZoneId" -> ZoneId.of("UTC");
            case "ByteBuffer" -> ByteBuffer.allocate(1);
            case "Consumer" -> (Consumer<Object>) value -> {};
            case "Runnable" -> (Runnable) () -> {};
            case "Predicate" -> (Predicate<Object>) value -> true;
            case "Supplier" -> (Supplier<Object>) () -> null;
            case "BooleanSupplier" -> (BooleanSupplier) () -> true;
            case "ThreadFactory" -> (ThreadFactory) Thread::new;
            case "Future" -> new CompletableFuture<>();
            case "List", "Collection" -> List.of();
            case "Map" -> Map.of();
            case "StackTraceElement" -> new StackTraceElement("Test", "runs", "Test.java", 1);
            case "Set" -> Set.of(Readiness.CLOSED);
            case "Exception", "Throwable" -> new IOException("given");
            case "ThreadGroup" -> Thread.currentThread().getThreadGroup();
            case "Selector" -> NetworkChannels.selectorProvider(network).openSelector();
            case "SocketChannel" -> NetworkChannels.selectorProvider(network).openSocketChannel();
            case "ServerSocketChannel" ->
                NetworkChannels.selectorProvider(network).openServerSocketChannel();
            case "AsynchronousSocketChannel" ->
                NetworkChannels.asynchronousChannelProvider(network).openAsynchronousSocketChannel(null);
            case "AsynchronousServerSocketChannel" ->
                NetworkChannels.asynchronousChannelProvider(network).openAsynchronousServerSocketChannel(null);
            case "Socket" -> NetworkSockets.socket(network.pair().client());
            case "DatagramSocket" -> NetworkSockets.datagramSocket(network, new InetSocketAddress(0));
            default -> throw new AssertionError("no value of " + type);
        };
    }
}
