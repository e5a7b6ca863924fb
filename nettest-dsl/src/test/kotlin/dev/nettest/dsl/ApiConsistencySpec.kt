package dev.nettest.dsl

import dev.nettest.Connection
import dev.nettest.DatagramEndpoint
import dev.nettest.Host
import dev.nettest.Listener
import dev.nettest.Network
import dev.nettest.NetworkStack
import io.kotest.assertions.withClue
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.collections.shouldNotBeEmpty
import io.kotest.matchers.shouldBe
import java.lang.reflect.Method
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.name
import kotlin.io.path.readText
import kotlin.reflect.KClass
import kotlin.reflect.KFunction
import kotlin.reflect.KParameter
import kotlin.reflect.KVisibility
import kotlin.reflect.full.declaredMemberExtensionFunctions
import kotlin.reflect.full.declaredMemberFunctions
import kotlin.reflect.full.declaredMemberProperties
import kotlin.reflect.jvm.kotlinFunction
import kotlin.time.Duration

/** One order of parameters, one way to give limits, one meaning of null and of -1, in the whole public API. */
class ApiConsistencySpec : FunSpec({
    val suspending = listOf(
        SuspendingStack::class,
        NetworkScope::class,
        NetworkHandle::class,
        SuspendingHost::class,
        SuspendingListener::class,
        SuspendingConnection::class,
        SuspendingDatagramEndpoint::class,
    )
    val functions = suspending.flatMap { it.publicFunctions() } + topLevelFunctions()

    test("every await suspends, and has a limit that may be left out") {
        val awaits = functions.filter { it.name.startsWith("await") }
        awaits.shouldNotBeEmpty()
        for (await in awaits) {
            withClue(await) {
                await.isSuspend shouldBe true
                val limit = await.parameters.single { it.isDuration() }
                limit.name shouldBe "limit"
                limit.isOptional shouldBe true
                await.parameters.first { it.isOptional } shouldBe limit
            }
        }
    }

    test("a duration of anything else is a timeout, and settings of durations are named so") {
        functions.filter { !it.name.startsWith("await") }.flatMap { it.parameters }.filter { it.isDuration() }
            .map { it.name }.toSet() shouldContainExactlyInAnyOrder
            setOf("timeout", "hangLimit", "duration", "idle", "interval")
        suspending.flatMap { it.declaredMemberProperties }.filter { it.returnType.classifier == Duration::class }
            .map { it.name } shouldContainExactlyInAnyOrder
            listOf("elapsed", "readTimeout", "writeTimeout", "receiveTimeout", "awaitLimit")
    }

    test("a function that tries never suspends, and every plain verb on bytes does") {
        functions.filter { it.name.startsWith("try") && it.isSuspend }.shouldBeEmpty()
        functions.filter { Regex("(read|write|send|receive|accept|connect)([A-Z].*)?").matches(it.name) }
            .filter { !it.isSuspend }.map { it.name }.toSet() shouldBe setOf("connect") // of a datagram endpoint
    }

    test("a function parameter is the last one") {
        for (function in functions) {
            withClue(function) {
                val parameters = function.parameters.filter { it.kind == KParameter.Kind.VALUE }
                parameters.dropLast(1).filter { it.isFunction() }.map { it.name }
                    .filter { it != "tolerate" }.shouldBeEmpty()
            }
        }
    }

    test("a count is an Int, and -1 is the end of the stream: only for the calls of channels") {
        functions.filter { it.isSuspend && it.returnType.classifier == Int::class }.map { it.name }.toSet() shouldBe
            setOf("read", "write")
    }

    test("null is the end of a stream, or nothing now") {
        functions.filter { it.returnType.isMarkedNullable && it.returnType.classifier is KClass<*> }
            .map { it.name }.toSet() shouldBe setOf("readLine", "readAvailable", "tryAccept", "tryReceive")
    }

    test("ranges have the names of Kotlin") {
        val ranges = functions.filter { f -> f.parameters.any { it.name == "startIndex" } }
        ranges.map { it.name } shouldContainExactlyInAnyOrder listOf("read", "write")
        ranges.forEach { f -> f.parameters.takeLast(2).map { it.name } shouldBe listOf("startIndex", "endIndex") }
    }

    test("the blocking types of the core are reached by the name core alone") {
        val blocking: Set<KClass<*>> =
            setOf(
                Network::class,
                Host::class,
                Listener::class,
                Connection::class,
                DatagramEndpoint::class,
                NetworkStack::class,
            )
        functions.filter { it.returnType.classifier in blocking }.shouldBeEmpty()
        suspending.flatMap { it.declaredMemberProperties }
            .filter { it.visibility == KVisibility.PUBLIC && it.returnType.classifier in blocking }
            .map { it.name }.toSet() shouldBe setOf("core")
        functions.filter { f -> f.parameters.any { it.type.classifier in blocking } }.map { it.name }.toSet() shouldBe
            setOf("asSuspending", "scope")
    }

    test("a type of the core that a property or function gives has no blocking method, with three exceptions") {
        val given = (
            functions.map { it.returnType } + (suspending + SHOWN).flatMap { it.declaredMemberProperties }
                .filter { it.visibility == KVisibility.PUBLIC && it.name != "core" }.map { it.returnType }
            )
            .mapNotNull { (it.classifier as? KClass<*>)?.java }.filter { it.packageName == "dev.nettest" }.toSet()
        given.map { it.simpleName } shouldContainAll listOf("NetworkClock", "FaultHandle", "Names", "LinkDirection")
        val blocking = given.flatMap { type ->
            type.methods.filter { it.blocks }.map { "${type.simpleName}.${it.name}" }
        }
        // the KDoc says so; core listeners
        blocking.toSet() shouldBe setOf("NetworkClock.sleep", "Bridge.listener", "Binding.listen")
    }

    test("the core has no suspending function") {
        val api = Path.of("../nettest-core/api/nettest-core.api").readText()
        listOf("kotlin/", "Continuation").filter { it in api }.shouldBeEmpty()
    }

    test("what is internal is in a package that the module does not export") {
        val descriptor = Path.of("src/main/java/module-info.java").readText()
        Regex("exports ([\\w.]+)").findAll(descriptor).map { it.groupValues[1] }.toList() shouldContainAll
            listOf("dev.nettest.dsl")
        ("exports dev.nettest.dsl.internal" in descriptor) shouldBe false
    }
})

/** The types with properties that show types of the core, beside those that suspend. */
private val SHOWN = setOf(LinkHandle::class, InstalledFaults::class, FaultScope::class)

private val BLOCKING = setOf(Network::class, Host::class, Listener::class, Connection::class, DatagramEndpoint::class)

/** True for a method that may wait, or that gives an object with such methods. */
private val Method.blocks: Boolean
    get() = declaringClass != Any::class.java &&
        (InterruptedException::class.java in exceptionTypes || returnType.kotlin in BLOCKING)

private fun KClass<*>.publicFunctions(): List<KFunction<*>> =
    (declaredMemberFunctions + declaredMemberExtensionFunctions).filter { it.visibility == KVisibility.PUBLIC }

private fun topLevelFunctions(): List<KFunction<*>> =
    Files.list(Path.of("target/classes/dev/nettest/dsl")).use { files ->
        files.toList().map { it.name }.filter { it.endsWith("Kt.class") }
            .flatMap { Class.forName("dev.nettest.dsl.${it.removeSuffix(".class")}").declaredMethods.toList() }
            .mapNotNull { it.kotlinFunction }
            .filter { it.visibility == KVisibility.PUBLIC }
    }

private fun KParameter.isDuration() = kind == KParameter.Kind.VALUE && type.classifier == Duration::class

private fun KParameter.isFunction() = type.isSubtypeOfFunction()

private fun kotlin.reflect.KType.isSubtypeOfFunction(): Boolean =
    (classifier as? KClass<*>)?.qualifiedName?.startsWith("kotlin.Function") == true
