/**
 * Loaded ahead of the bot in the sandbox: the bot ends with the program that started it, however that ended. An
 * orphan would keep the store locked, and its simulators are gone soon.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
