import { attachments } from './attachments.ts';
import { restoreRequests, watchdogTimes } from './beside.ts';
import { connection } from './connection.ts';
import { discordAnswers } from './discord.ts';
import { answers, events } from './exchange.ts';
import { backups, commandLine, env, rows } from './files.ts';
import { gateway } from './gateway.ts';
import { interactions } from './interactions.ts';
import { panel } from './panel.ts';
import { prices } from './prices.ts';
import { setupAnswers } from './setup.ts';
import { orderSocket, privateStreams } from './sockets.ts';
import type { Target } from './target.ts';
import { config, messages } from './texts.ts';

/** Every way by which something from outside comes in. */
export const targets: readonly Target[] = [
  messages,
  attachments,
  config,
  env,
  commandLine,
  setupAnswers,
  gateway,
  connection,
  discordAnswers,
  interactions,
  answers,
  orderSocket,
  events,
  privateStreams,
  prices,
  rows,
  backups,
  restoreRequests,
  watchdogTimes,
  panel,
];
