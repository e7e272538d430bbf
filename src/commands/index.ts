import alerts from './alerts.ts';
import audit from './audit.ts';
import close from './close.ts';
import type { Command } from './command.ts';
import exportTrades from './export.ts';
import help from './help.ts';
import orders from './orders.ts';
import panic from './panic.ts';
import parse from './parse.ts';
import pause from './pause.ts';
import pnl from './pnl.ts';
import positions from './positions.ts';
import providers from './providers.ts';
import resume from './resume.ts';
import risk from './risk.ts';
import status from './status.ts';
import watch from './watch.ts';
import why from './why.ts';

/** In the order in which `/help` lists them. */
export const commands: readonly Command[] = [
  positions,
  orders,
  pnl,
  exportTrades,
  providers,
  close,
  pause,
  resume,
  panic,
  risk,
  watch,
  alerts,
  parse,
  why,
  audit,
  status,
  help,
];
