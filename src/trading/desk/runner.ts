import { nextTick } from 'node:process';
import type { Cancel } from '../clock.ts';
import type { Decimal } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import { held, isClosingTold } from '../lifecycle/facts.ts';
import { concerns } from '../lifecycle/phase.ts';
import type { Effect, TradeEvent } from '../lifecycle/types.ts';
import type { Order, Trade } from '../model.ts';
import { step } from '../trade.ts';
import { createJournal, type JournalDeps, type Row } from './journal.ts';
import { createQueue, type Queue, type Told } from './queue.ts';
import { createSender, type SenderDeps, withheld } from './sender.ts';

export interface RunnerDeps extends JournalDeps, Omit<SenderDeps, 'feed' | 'trades'> {
  emit(event: DeskEvent): void;
  /** A stop could not be placed: nothing new may be opened. */
  onFault(detail: string): void;
  onClosed(trade: Trade): void;
  /** Entries of this trade may not be sent now. */
  isPaused(trade: Trade): boolean;
  /** The trade's market has been compared with the ledger since the start. */
  isCompared(trade: Trade): boolean;
  /** Asks for a comparison of ledger and exchange soon. */
  compareSoon(trade: Trade): void;
}

/** Runs trades: one queue each; every step is journalled before what it sends leaves, answers come back as events. */
export interface Runner {
  get(tradeId: string): Trade | undefined;
  /** The same list until one of them changes. */
  all(): readonly Trade[];
  /** As they will be once what has been told of them, and waits for a row to be written, is taken in. */
  foreseen(): readonly Trade[];
  /** Takes a trade in; nothing is sent until it is fed `begin`. */
  add(trade: Trade): void;
  /** Takes in one that an earlier run has left: what happens to it waits until it is woken. */
  addStored(trade: Trade): void;
  /** Gives up one of which nothing has been sent: whatever has happened to it leads to nothing. */
  drop(tradeId: string): void;
  /**
   * Resolves when the event has been applied and journalled. `written`: whether a row that is on its way to the disk has
   * come there, ahead of which nothing of what follows may leave.
   */
  feed(tradeId: string, event: TradeEvent, written?: Promise<boolean>): Promise<void>;
  /** A start: these come ahead of all that was told meanwhile. Resolves when they have been applied and journalled. */
  wake(tradeId: string, events: readonly TradeEvent[]): Promise<void>;
  /** Resolves when every order of the trade that has been sent was answered, or its answer is known to be missing. */
  answered(tradeId: string): Promise<void>;
  /** An order of the trade has been sent, and its answer is still to come. */
  isPlacing(tradeId: string): boolean;
  queued(): number;
  /** A trade is ahead of its row in the journal. */
  isUnwritten(): boolean;
  /** Lets what is under way come to its end, though not for an exchange that does not answer, and stops timers. */
  stop(): Promise<void>;
}

/** The journal knows what has had no answer: the next start asks for it. */
const STOP_PATIENCE_MS = 1_500;

interface Slot {
  trade: Trade;
  queue: Queue;
  timer: Cancel | null;
  /** Orders that have no answer yet. */
  placing: Set<Promise<void>>;
  /** Fills already handed to the program in this run, by client id. */
  told: Map<string, Decimal>;
  /** The `closedAt` of the end that was handed to the program in this run. */
  toldClosedAt: number | null;
  row: Row;
}

/** What has been begun has gone as far as it goes by itself. */
function handedOver(): Promise<void> {
  return new Promise((done) => nextTick(done));
}

function isStop({ role }: Order): boolean {
  return role === 'stop' || role === 'trail';
}

export function createRunner(deps: RunnerDeps): Runner {
  const { log, clock } = deps;
  const { now } = clock;
  const journal = createJournal(deps);
  const slots = new Map<string, Slot>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  let listed: readonly Trade[] | null = null;

  function feed(tradeId: string, event: TradeEvent, written?: Promise<boolean>): Promise<void> {
    const slot = slots.get(tradeId);
    if (!slot || stopped) return Promise.resolve();
    return slot.queue.push({ event, written });
  }

  function track(work: Promise<void>): void {
    underWay.add(work);
    work.finally(() => underWay.delete(work));
  }

  function place(slot: Slot, work: Promise<void>): void {
    slot.placing.add(work);
    void work.finally(() => slot.placing.delete(work));
    track(work);
  }

  async function process(tradeId: string, slot: Slot, { event, written: ahead }: Told): Promise<void> {
    // The row goes first: what follows is made ready while the disk has it.
    if (ahead) await handedOver();
    const heardAt = deps.journeys?.now() ?? 0;
    const before = slot.trade;
    if (!concerns(before, event)) return;
    const { trade, effects, wakeAt } = step(before, event, now(), deps.exchangeOf(before).serverTime());
    if (trade !== before) {
      slot.trade = trade;
      listed = null;
    }
    arm(tradeId, slot, wakeAt);
    const own = trade === before && !slot.row.isBehind() ? undefined : slot.row.write();
    const written =
      own && ahead ? Promise.all([own, ahead]).then((both) => both.every(Boolean)) : (own ?? ahead);
    if (ahead && written) {
      for (const effect of effects) if (effect.type === 'place') placeOnce(slot, effect, written, heardAt);
    }
    const durable = (await written) ?? true;
    // It has been given up meanwhile.
    if (slots.get(tradeId) !== slot) return;
    for (const effect of effects) {
      if (!ahead || effect.type !== 'place') run(tradeId, slot, effect, durable, heardAt);
    }
    if (trade !== before) deps.emit({ type: 'changed', trade });
    if (trade.phase === 'closed') await finish(slot, before.phase !== 'closed');
  }

  /** Makes it ready; it leaves once the row is on the disk. */
  function placeOnce(
    slot: Slot,
    effect: Extract<Effect, { type: 'place' }>,
    written: Promise<boolean>,
    heardAt: number,
  ): void {
    const clearance = written.then((durable) => whyNot(slot, effect.order, durable));
    place(slot, sender.carryOut(slot.trade, effect, heardAt, clearance));
  }

  /**
   * What adds exposure never leaves without a journal, nor while entries are paused, nor after the end, where nothing
   * would protect it; what protects does.
   */
  function whyNot(slot: Slot, { role }: Order, durable: boolean): string | null {
    if (role !== 'entry') return null;
    if (stopped) return 'the program ends';
    if (!durable) return 'the journal could not be written';
    return deps.isPaused(slot.trade) ? 'entries are paused' : null;
  }

  /** A closed trade stays at hand until its end and every fill have been told. */
  async function finish(slot: Slot, justClosed: boolean): Promise<void> {
    const { trade } = slot;
    if (justClosed) deps.onClosed(trade);
    if (!isClosingTold(trade) && slot.toldClosedAt !== trade.closedAt) {
      slot.toldClosedAt = trade.closedAt;
      deps.emit({ type: 'closed', trade });
    }
    const told = trade.orders.every(
      (order) => order.executed.isZero() || trade.announced[order.clientId]?.gte(order.executed),
    );
    if (told && isClosingTold(trade) && !slot.row.isArchived()) await slot.row.archive();
  }

  function all(): readonly Trade[] {
    listed ??= Array.from(slots.values(), (slot) => slot.trade);
    return listed;
  }

  function queued(): number {
    return [...slots.values()].reduce((sum, { queue }) => sum + queue.waiting().length, 0);
  }

  function foreseen(): readonly Trade[] {
    if (queued() === 0) return all();
    const after = (trade: Trade, { event }: Told): Trade =>
      concerns(trade, event) ? step(trade, event, now()).trade : trade;
    return Array.from(slots.values(), ({ trade, queue }) =>
      queue.isAsleep() ? trade : queue.waiting().reduce(after, trade),
    );
  }

  function leave(tradeId: string, slot: Slot): void {
    slot.timer?.();
    slot.row.leave();
    slots.delete(tradeId);
    listed = null;
  }

  function arm(tradeId: string, slot: Slot, wakeAt: number | null): void {
    slot.timer?.();
    slot.timer = null;
    if (wakeAt === null || stopped) return;
    slot.timer = clock.after(Math.max(wakeAt - now(), 1), () => void feed(tradeId, { type: 'tick' }));
  }

  /** `heardAt`: when the event came that the effect follows from. */
  function run(tradeId: string, slot: Slot, effect: Effect, durable: boolean, heardAt: number): void {
    switch (effect.type) {
      case 'place': {
        const why = whyNot(slot, effect.order, durable);
        if (why === null) return place(slot, sender.carryOut(slot.trade, effect, heardAt));
        const { clientId } = effect.order;
        return void feed(tradeId, { type: 'placed', clientId, outcome: withheld(why) });
      }
      case 'cancel':
        // Asked for again after a while: by then what the journal calls standing has been seen to stand.
        if (isStop(effect.order) && held(slot.trade).gt(0) && !deps.isCompared(slot.trade)) {
          if (effect.makesRoom) void feed(tradeId, { type: 'kept', clientIds: [effect.order.clientId] });
          return;
        }
        return track(sender.carryOut(slot.trade, effect, heardAt));
      case 'place_list':
      case 'cancel_list':
      case 'replace':
      case 'query':
      case 'prove_absent':
      case 'query_fills':
      case 'value_fees':
        return track(sender.carryOut(slot.trade, effect, heardAt));
      case 'compare':
        return deps.compareSoon(slot.trade);
      case 'filled': {
        if (slot.told.get(effect.order.clientId)?.gte(effect.order.executed)) return;
        slot.told.set(effect.order.clientId, effect.order.executed);
        noteFill(tradeId, effect.order);
        return deps.emit({ type: 'filled', trade: slot.trade, order: effect.order, fills: effect.fills });
      }
      case 'rejected':
        return deps.emit({ type: 'rejected', trade: slot.trade, order: effect.order });
      case 'elsewhere':
        return deps.emit({ ...effect, trade: slot.trade });
      case 'alert':
        return deps.emit({ ...effect, tradeId });
      case 'fault':
        return deps.onFault(effect.detail);
    }
  }

  function noteFill(tradeId: string, { role, type }: Order): void {
    if (role !== 'entry') return;
    if (type === 'market') deps.journeys?.reach(tradeId, 'filled');
    else deps.journeys?.pass(tradeId, 'filled');
  }

  const sender = createSender({ ...deps, feed, trades: all });

  function takeIn(trade: Trade, isAsleep: boolean): void {
    listed = null;
    const slot: Slot = {
      trade,
      queue: createQueue({
        tradeId: trade.id,
        isAsleep,
        take: (told) => process(trade.id, slot, told),
        onEmpty() {
          if (slot.row.isArchived()) leave(trade.id, slot);
        },
        track,
        log,
      }),
      timer: null,
      placing: new Set(),
      told: new Map(),
      toldClosedAt: null,
      row: journal.row(
        () => slot.trade,
        () => void feed(trade.id, { type: 'tick' }),
      ),
    };
    slots.set(trade.id, slot);
  }

  return {
    get: (tradeId) => slots.get(tradeId)?.trade,
    all,
    foreseen,
    add: (trade) => takeIn(trade, false),
    addStored: (trade) => takeIn(trade, true),
    drop(tradeId) {
      const slot = slots.get(tradeId);
      if (!slot) return;
      // What has come meanwhile would write its row anew, and tell of it.
      slot.queue.clear();
      leave(tradeId, slot);
    },
    feed,
    async wake(tradeId, events) {
      if (!stopped) await slots.get(tradeId)?.queue.wake(events);
    },
    answered: async (tradeId) => void (await Promise.all(slots.get(tradeId)?.placing ?? [])),
    isPlacing: (tradeId) => (slots.get(tradeId)?.placing.size ?? 0) > 0,
    isUnwritten: journal.isBehind,
    queued,
    async stop() {
      const patience = Promise.withResolvers<void>();
      let isOver = false;
      clock.after(STOP_PATIENCE_MS, () => {
        isOver = true;
        patience.resolve();
      });
      // An answer that is still to come may be a position: its stop is placed before the end.
      while (underWay.size > 0 && !isOver) {
        await Promise.race([Promise.allSettled([...underWay]), patience.promise]);
      }
      stopped = true;
      journal.stop();
      for (const slot of slots.values()) slot.timer?.();
    },
  };
}
