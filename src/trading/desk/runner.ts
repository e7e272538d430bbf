import { nextTick } from 'node:process';
import type { Cancel, Clock } from '../clock.ts';
import type { Decimal } from '../decimal.ts';
import type { DeskEvent } from '../desk-types.ts';
import { held, isClosingTold } from '../lifecycle/facts.ts';
import { concerns } from '../lifecycle/phase.ts';
import type { Effect, TradeEvent } from '../lifecycle/types.ts';
import type { Order, Trade } from '../model.ts';
import { step } from '../trade.ts';
import { createSender, type SenderDeps, withheld } from './sender.ts';

export interface RunnerDeps extends Omit<SenderDeps, 'feed' | 'trades'> {
  /** One atomic, durable upsert. */
  journal(trade: Trade): Promise<void>;
  /** Moves a closed trade out of the open ones. */
  archive(trade: Trade): Promise<void>;
  /** The way back, for one that late news has changed. */
  reopen(trade: Trade): Promise<void>;
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
  /** A trade's row could not be written, and is tried again until it can; or all of them are written again. */
  onWriting(works: boolean, reason: string): void;
  clock: Clock;
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
  /** Takes in one that an earlier run has left: what happens to it waits until it is fed `restart`. */
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
  queued(): number;
  /** A trade is ahead of its row in the journal. */
  isUnwritten(): boolean;
  /** Lets what is under way come to its end, though not for an exchange that does not answer, and stops timers. */
  stop(): Promise<void>;
}

const JOURNAL_RETRY_MS = 2_000;
/** The journal knows what has had no answer: the next start asks for it. */
const STOP_PATIENCE_MS = 1_500;

interface Slot {
  trade: Trade;
  waiting: { event: TradeEvent; written: Promise<boolean> | undefined; done: () => void }[];
  running: boolean;
  /** It does not know yet that the program was away. */
  asleep: boolean;
  timer: Cancel | null;
  /** Orders that have no answer yet. */
  placing: Set<Promise<void>>;
  /** Fills already handed to the program in this run, by client id. */
  told: Map<string, Decimal>;
  /** The `closedAt` of the end that was handed to the program in this run. */
  toldClosedAt: number | null;
  /** The trade is ahead of its row. */
  dirty: boolean;
  catchingUp: boolean;
  /** The pause after a write that failed: one for all that is to be written. */
  retry: Cancel | null;
  /** Its row is in the archive. It leaves when no event waits for it, and changed once more it is taken out again. */
  archived: boolean;
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
  const slots = new Map<string, Slot>();
  const underWay = new Set<Promise<void>>();
  let stopped = false;
  let listed: readonly Trade[] | null = null;

  function feed(tradeId: string, event: TradeEvent, written?: Promise<boolean>): Promise<void> {
    const slot = slots.get(tradeId);
    if (!slot || stopped) return Promise.resolve();
    return new Promise((done) => {
      if (slot.asleep && event.type === 'restart') {
        slot.asleep = false;
        slot.waiting.unshift({ event, written, done });
      } else slot.waiting.push({ event, written, done });
      if (!slot.running && !slot.asleep) track(drain(tradeId, slot));
    });
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

  async function drain(tradeId: string, slot: Slot): Promise<void> {
    slot.running = true;
    for (let next = slot.waiting.shift(); next; next = slot.waiting.shift()) {
      try {
        await process(tradeId, slot, next.event, next.written);
      } catch (error) {
        log.error({ err: error, tradeId, event: next.event.type }, 'a trade could not take in an event');
      }
      next.done();
    }
    slot.running = false;
    if (slot.archived) leave(tradeId, slot);
  }

  async function process(
    tradeId: string,
    slot: Slot,
    event: TradeEvent,
    ahead?: Promise<boolean>,
  ): Promise<void> {
    // The row goes first: what follows is made ready while the disk has it.
    if (ahead) await handedOver();
    const heardAt = deps.journeys?.now() ?? 0;
    const before = slot.trade;
    if (!concerns(before, event)) return;
    const { trade, effects, wakeAt } = step(before, event, now());
    if (trade !== before) {
      slot.trade = trade;
      listed = null;
    }
    arm(tradeId, slot, wakeAt);
    const own = trade === before && !slot.dirty ? undefined : journalled(slot);
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
    if (trade.phase === 'closed') await finish(tradeId, slot, before.phase !== 'closed');
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

  /** A journal that has just failed is not waited for again, event by event: a stop could not wait that long. */
  async function journalled(slot: Slot): Promise<boolean> {
    if (!slot.dirty) return journal(slot);
    void catchUp(slot);
    return false;
  }

  /** One attempt at a time, until the row is what the trade is; the next one is asked for by the one that fails. */
  async function catchUp(slot: Slot): Promise<void> {
    if (slot.catchingUp) return;
    slot.catchingUp = true;
    while (slot.dirty && !stopped && (await journal(slot)));
    slot.catchingUp = false;
  }

  async function journal(slot: Slot): Promise<boolean> {
    const { trade } = slot;
    try {
      await (slot.archived ? deps.reopen(trade) : deps.journal(trade));
      slot.archived = false;
      written(slot, slot.trade !== trade);
      return true;
    } catch (error) {
      log.error({ err: error, tradeId: slot.trade.id }, 'the journal could not be written');
      if (!slot.dirty) {
        slot.dirty = true;
        deps.onWriting(false, error instanceof Error ? error.message : String(error));
      }
      writeLater(slot);
      return false;
    }
  }

  function written(slot: Slot, isBehind: boolean): void {
    const wasDirty = slot.dirty;
    slot.dirty = isBehind;
    if (wasDirty && !isUnwritten()) deps.onWriting(true, '');
  }

  function isUnwritten(): boolean {
    for (const { dirty } of slots.values()) if (dirty) return true;
    return false;
  }

  function writeLater(slot: Slot): void {
    slot.retry ??= clock.after(JOURNAL_RETRY_MS, () => {
      slot.retry = null;
      void feed(slot.trade.id, { type: 'tick' });
    });
  }

  /** A closed trade stays at hand until its end and every fill have been told. */
  async function finish(tradeId: string, slot: Slot, justClosed: boolean): Promise<void> {
    const { trade } = slot;
    if (justClosed) deps.onClosed(trade);
    if (!isClosingTold(trade) && slot.toldClosedAt !== trade.closedAt) {
      slot.toldClosedAt = trade.closedAt;
      deps.emit({ type: 'closed', trade });
    }
    const told = trade.orders.every(
      (order) => order.executed.isZero() || trade.announced[order.clientId]?.gte(order.executed),
    );
    if (!told || !isClosingTold(trade) || slot.archived) return;
    try {
      await deps.archive(trade);
      slot.archived = true;
      written(slot, false);
    } catch (error) {
      log.error({ err: error, tradeId }, 'a closed trade could not be archived');
      writeLater(slot);
    }
  }

  function all(): readonly Trade[] {
    listed ??= Array.from(slots.values(), (slot) => slot.trade);
    return listed;
  }

  function queued(): number {
    return [...slots.values()].reduce((sum, { waiting }) => sum + waiting.length, 0);
  }

  function foreseen(): readonly Trade[] {
    if (queued() === 0) return all();
    const after = (trade: Trade, { event }: Slot['waiting'][number]): Trade =>
      concerns(trade, event) ? step(trade, event, now()).trade : trade;
    return Array.from(slots.values(), ({ trade, waiting, asleep }) =>
      asleep ? trade : waiting.reduce(after, trade),
    );
  }

  function leave(tradeId: string, slot: Slot): void {
    slot.timer?.();
    slot.retry?.();
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

  function takeIn(trade: Trade, asleep: boolean): void {
    listed = null;
    slots.set(trade.id, {
      trade,
      waiting: [],
      running: false,
      asleep,
      timer: null,
      placing: new Set(),
      told: new Map(),
      toldClosedAt: null,
      dirty: false,
      catchingUp: false,
      retry: null,
      archived: false,
    });
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
      for (const { done } of slot.waiting.splice(0)) done();
      leave(tradeId, slot);
    },
    feed,
    async wake(tradeId, events) {
      const slot = slots.get(tradeId);
      if (!slot || stopped) return;
      slot.asleep = false;
      const later = slot.waiting.splice(0);
      const told = Promise.all(events.map((event) => feed(tradeId, event)));
      slot.waiting.push(...later);
      await told;
    },
    answered: async (tradeId) => void (await Promise.all(slots.get(tradeId)?.placing ?? [])),
    isUnwritten,
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
      for (const slot of slots.values()) slot.timer?.();
    },
  };
}
