/**
 * The simulator as a process of its own: `node src/sim/discord/process.ts ['{"port": 4000, "state": "discord.json"}']`.
 * The argument is `DiscordSimOptions` as JSON (what JSON can carry of it), and `outliveParent`. When it listens, it
 * prints one JSON line `{"url", "port", "token"}` and, if it was forked, sends the same as a message. SIGTERM and
 * SIGINT stop it, and so does the end of the parent unless it is to outlive it.
 */
import { type DiscordSimOptions, startDiscordSim } from './server.ts';

const options = JSON.parse(process.argv[2] ?? '{}') as DiscordSimOptions & { outliveParent?: boolean };
const sim = await startDiscordSim(options);
const address = { url: sim.url, port: sim.port, token: sim.token };
console.log(JSON.stringify(address));
process.send?.(address);

const stop = async (): Promise<void> => {
  await sim.close();
  process.exit(0);
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
if (options.outliveParent !== true) process.once('disconnect', stop);
