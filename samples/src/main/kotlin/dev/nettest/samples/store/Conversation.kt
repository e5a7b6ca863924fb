package dev.nettest.samples.store

import kotlinx.coroutines.flow.Flow

/** A conversation in coroutines: takes a command when the one before it is answered, until the client says no more. */
suspend fun Store.converse(commands: Flow<String>, reply: suspend (String) -> Unit) {
    commands.collect { reply(execute(it)) }
}
