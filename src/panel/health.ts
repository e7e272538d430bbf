import type { Services } from '../commands/command.ts';
import type { Incident } from '../incidents.ts';
import type { ExchangeHealth } from '../trading/exchange.ts';
import type { Market } from '../trading/model.ts';

/** What the bot cannot do without, in the order in which it is asked for. */
export const READY_PARTS = ['gateway', 'streams', 'store', 'reconciliation'] as const;
export type ReadyPart = (typeof READY_PARTS)[number];

/** Why a part is not ready; null where it is. */
export type Readiness = Record<ReadyPart, string | null>;

export interface ReadinessSource {
  services: Pick<Services, 'desk' | 'status' | 'now'>;
  exchanges(): ReadonlyMap<Market, ExchangeHealth>;
  incidents(): readonly Incident[];
}

/** Ledger and exchange are compared at least once a minute; missed several times in a row, it is not known what stands. */
const COMPARED_WITHIN_MS = 180_000;

export function readinessOf({ services, exchanges, incidents }: ReadinessSource): Readiness {
  const { desk, status, now } = services;
  const health = desk.health();
  const books = desk.books();
  const down = [...exchanges()].filter(([, { streamUp }]) => !streamUp).map(([market]) => market);
  const storeFails = incidents().some(({ part, healedAt }) => part === 'store' && healedAt === null);
  const unwritten = storeFails || books.some(({ notReady }) => notReady === 'store');
  return {
    gateway: status().gatewayUp ? null : 'the connection to Discord is down',
    streams: down.length === 0 ? null : `no events of the account arrive: ${down.join(', ')}`,
    store: unwritten ? 'the store cannot be written' : null,
    reconciliation: comparedReason(health.lastReconciledAt, now()) ?? notReadyReason(health.reason),
  };

  function notReadyReason(reason: string | null): string | null {
    const away = books.filter(({ unreachableSince }) => unreachableSince !== null);
    if (away.length > 0)
      return `the exchange does not answer: ${away.map(({ market }) => market).join(', ')}`;
    return reason === null || reason === 'store' ? null : reason;
  }
}

function comparedReason(at: number | null, now: number): string | null {
  if (at === null) return 'ledger and exchange have not been compared yet';
  const seconds = Math.round((now - at) / 1_000);
  return now - at > COMPARED_WITHIN_MS ? `ledger and exchange were last compared ${seconds} s ago` : null;
}
