import type { Bot } from './bot/bot.ts';
import type { Failing, Incidents } from './incidents.ts';
import type { Log } from './log.ts';
import type { PanelKeeper } from './panel-keeper.ts';
import type { PaperExchange } from './paper-exchange.ts';
import { type Remedy, supervise } from './supervisor.ts';
import { systemClock } from './trading/clock.ts';
import type { OpenLedger } from './trading/ledger.ts';

export interface HealingDeps {
  incidents: Incidents;
  note(what: Failing, works: boolean, reason: string): void;
  gateway: Bot['gateway'];
  ledger: OpenLedger;
  /** Null where there is to be none. */
  panel: PanelKeeper | null;
  paper: PaperExchange | null;
  /** The program is to end with `EX_TEMPFAIL`. */
  giveUp(): void;
  log: Log;
}

const LOOK_EVERY_MS = 1_000;

/**
 * What brings each part back. Streams, the exchange's answers and the journal heal themselves: they try again at their
 * own pace, and nothing that they hold would be better for a restart. Answers with what ends it.
 */
export function startHealing(deps: HealingDeps): () => void {
  const { incidents, gateway, ledger, panel, paper, log } = deps;
  // Discord.js reconnects in a second or two; a session that never becomes ready it waits for in vain.
  const discord: Remedy = {
    firstAfterMs: 20_000,
    longestMs: 5 * 60_000,
    mayHelp: gateway.answers,
    restart: gateway.restart,
    escalateAfter: 6,
  };
  const store: Remedy = {
    firstAfterMs: 3_000,
    longestMs: 30_000,
    mayHelp: () =>
      ledger.canBeWritten().then(
        () => true,
        () => false,
      ),
    restart: ledger.reopen,
    escalateAfter: 5,
  };
  const alone = { mayHelp: async () => true, firstAfterMs: 500, longestMs: 60_000 };
  const endSupervision = supervise({
    incidents,
    remedies: {
      gateway: discord,
      store,
      ...(panel ? { panel: { ...alone, restart: panel.open } } : {}),
      ...(paper ? { paper_exchange: { ...alone, restart: paper.restart } } : {}),
    },
    giveUp: deps.giveUp,
    clock: systemClock,
    log,
  });
  const look = setInterval(() => {
    if (paper) deps.note({ part: 'paper_exchange' }, paper.isAlive(), 'its process has ended');
  }, LOOK_EVERY_MS);
  look.unref();
  return () => {
    clearInterval(look);
    endSupervision();
  };
}
