import type { Desk } from '../trading/desk-types.ts';
import { describe } from './discord-errors.ts';
import type { Outbox } from './outbox.ts';
import type { Collection, Log, Now } from './ports.ts';
import type { FollowUp } from './records.ts';
import { type Begun, type Carried, carriedThrough } from './requests.ts';
import { standingOf } from './standing.ts';
import type { TradeWatch } from './trade-watch.ts';
import { within } from './within.ts';

/** Says in a message what came of what it says is on its way. */
export type Tell = (ended: readonly Begun[]) => Promise<void>;

/** What messages have yet to say, over a restart too. */
export interface FollowUps {
  /**
   * `key`: of the message that is to say it. `say` has it say what is begun; what is to follow is kept ahead of that, as the
   * program may end at any moment. Resolves once it is said, rejects where that fails.
   */
  follow(key: string, begun: readonly Begun[], say: () => Promise<Tell>): Promise<void>;
  /** Takes up what earlier runs have left; `tellOf` is null where nobody can tell it any more. Never rejects. */
  start(tellOf: (key: string) => Tell | null): Promise<void>;
}

/** A store that does not answer keeps no message from what it has to say. */
const KEPT_PATIENCE_MS = 1_000;

export interface FollowUpDeps {
  rows: Collection<FollowUp>;
  desk: Pick<Desk, 'find'>;
  watch: Pick<TradeWatch, 'first'>;
  outbox: Pick<Outbox, 'onceDurable'>;
  now: Now;
  log: Log;
}

export function createFollowUps({ rows, desk, watch, outbox, now, log }: FollowUpDeps): FollowUps {
  const attempt = (key: string, work: Promise<unknown>): Promise<void> =>
    work.then(
      () => undefined,
      (error: unknown) =>
        log.error({ key, error: describe(error) }, 'what follows could not be told or kept'),
    );

  async function tellEnd(key: string, through: Promise<Begun[]>, tell: Tell): Promise<void> {
    await tell(await through);
    await outbox.onceDurable(() => rows.delete(key));
  }

  /** As it stands now; null where the trade is not known any more. */
  async function found({ tradeId, carried }: FollowUp['begun'][number]): Promise<Begun | null> {
    const trade = await desk.find(tradeId);
    if (!trade) return null;
    const now = ({ request, refused, leftOut, aim }: (typeof carried)[number]): Carried => ({
      request,
      refused,
      ...(leftOut ? { leftOut } : {}),
      begun: aim && { aim, standing: standingOf(aim, trade) },
      earlier: null,
    });
    return { trade, carried: carried.map(now) };
  }

  async function resume(key: string, row: FollowUp, tell: Tell | null): Promise<void> {
    const begun = (await Promise.all(row.begun.map(found))).filter((one) => one !== null);
    if (!tell || begun.length === 0) return void (await rows.delete(key));
    const through = carriedThrough(watch, begun);
    await tellEnd(key, through ? through() : Promise.resolve(begun), tell);
  }

  return {
    async follow(key, begun, say) {
      const through = carriedThrough(watch, begun);
      // What is not under way is said with it.
      if (!through) return void (await say());
      const ended = through();
      const kept = attempt(key, rows.set(key, { begun: begun.map(rowOf), at: now() }));
      await within(KEPT_PATIENCE_MS, kept);
      const tell = await say();
      void attempt(
        key,
        tellEnd(
          key,
          Promise.all([ended, kept]).then(([through]) => through),
          tell,
        ),
      );
    },
    async start(tellOf) {
      try {
        for (const [key, row] of await rows.all()) void attempt(key, resume(key, row, tellOf(key)));
      } catch (error) {
        log.error({ error: describe(error) }, 'what has yet to be told could not be read');
      }
    },
  };
}

function rowOf({ trade, carried }: Begun): FollowUp['begun'][number] {
  return {
    tradeId: trade.id,
    carried: carried.map(({ request, refused, leftOut, begun }) => ({
      request,
      refused,
      ...(leftOut ? { leftOut: [...leftOut] } : {}),
      aim: begun?.aim ?? null,
    })),
  };
}
