package dev.nettest.samples.store

import kotlinx.coroutines.flow.Flow

/** A conversation in coroutines: a reply for each command, until the end of the stream. */
suspend fun Store.converse(commands: Flow<String>, reply: suspend (String) -> Unit) {
    commands.collect { reply(execute(it)) }
}
