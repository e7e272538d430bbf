import type { Log } from './log.ts';
import type { RunningDesk } from './trading/desk.ts';
import type { DeskEvent } from './trading/desk-types.ts';
import type { Exchange, KeyRights } from './trading/exchange.ts';
import type { Market } from './trading/model.ts';

const LOOK_EVERY_MS = 86_400_000;
const LOOK_AGAIN_MS = 600_000;

export interface KeyWatchOptions {
  exchanges(): Iterable<readonly [Market, Pick<Exchange, 'rights'>]>;
  desk: Pick<RunningDesk, 'pause'>;
  tell(event: DeskEvent): void;
  log: Log;
  now(): number;
}

/**
 * Looks at once and then every day at what the key may do: its owner can change that at any time. One that may move
 * money away, or trade no more, pauses entries until `/resume`; one that works from any address is told.
 */
export function watchKey(options: KeyWatchOptions): { close(): void } {
  const { exchanges, log } = options;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function look(): Promise<void> {
    let next = LOOK_EVERY_MS;
    try {
      const all = [...exchanges()];
      const rights = await Promise.all(
        all.map(async ([market, exchange]) => [market, await exchange.rights()] as const),
      );
      if (!isClosed) await judge(rights, options);
    } catch (error) {
      log.warn({ err: error }, 'the rights of the API key could not be read');
      next = LOOK_AGAIN_MS;
    }
    if (!isClosed) timer = setTimeout(() => void look(), next).unref();
  }

  void look();
  return {
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

async function judge(
  found: readonly (readonly [Market, KeyRights])[],
  { desk, tell, now }: KeyWatchOptions,
): Promise<void> {
  const problems = [...new Set(found.flatMap(([market, rights]) => problemsOf(market, rights)))];
  const alert = { type: 'alert', tradeId: null } as const;
  if (problems.length > 0) {
    const detail = problems.join(', ');
    tell({ ...alert, level: 'critical', code: 'key_rights', numbers: { detail } });
    await desk.pause({
      reason: 'fault',
      channelId: null,
      since: now(),
      until: null,
      by: null,
      detail: `API key: ${detail}`,
    });
  }
  if (found.some(([, { ipRestricted }]) => !ipRestricted)) {
    tell({ ...alert, level: 'warning', code: 'key_unrestricted', numbers: {} });
  }
}

function problemsOf(market: Market, { withdraw, transfer, trade }: KeyRights): string[] {
  return [
    ...(withdraw ? ['may withdraw'] : []),
    ...(transfer ? ['may transfer'] : []),
    ...(trade ? [] : [`may not trade ${market}`]),
  ];
}
