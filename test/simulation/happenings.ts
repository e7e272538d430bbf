import { Decimal } from '../../src/trading/decimal.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Apart } from './apart.ts';
import type { Checker } from './checker.ts';
import { actByHand } from './hands.ts';
import { actOnSpot } from './hands-spot.ts';
import type { Lives } from './lives.ts';
import type { Network } from './network.ts';
import type { Pauses } from './pauses.ts';
import type { Scheduler } from './scheduler.ts';
import type { Happening, Script, SignalItem, StoreTrouble } from './script.ts';
import { channelOf, createPosts, requestOf, spotChannelOf } from './signals.ts';
import type { Streams } from './stream.ts';
import type { Talk } from './talk.ts';
import { count, type Tally } from './tally.ts';
import { ANYTHING } from './untold.ts';
import type { Venue } from './venue.ts';

export interface HappeningsOptions {
  script: Script;
  startMs: number;
  scheduler: Scheduler;
  venue: Venue;
  network: Network;
  /** Of every market. */
  streams: readonly Streams[];
  lives: Lives;
  talk: Talk | null;
  checker: Checker;
  spotChecker: Checker | null;
  pauses: Pauses;
  apart: Apart;
  tally: Tally;
  note(line: () => string): void;
  setStore(trouble: StoreTrouble | null): void;
  jump(byMs: number): void;
}

/** Lets the script's happenings happen, until all is calm. */
export interface Happenings {
  act(happening: Happening): void;
  /** Signals that came while the program was away are read now. */
  catchUp(): void;
  calm(): void;
  /** A message was traded. */
  onOpened(): void;
  opened(): number;
}

export function createHappenings(options: HappeningsOptions): Happenings {
  const { script, scheduler, venue, network, streams, lives, checker, pauses, apart, note } = options;
  const postOf = createPosts(venue, options.startMs);
  const channel = channelOf(script.setting);
  const spotChannel = spotChannelOf(script.setting);
  const checkers = options.spotChecker ? [checker, options.spotChecker] : [checker];
  const unread: SignalItem[] = [];
  let isStorm = true;
  let opened = 0;
  let storeTroubles = 0;

  async function read(item: SignalItem): Promise<void> {
    const desk = lives.desk();
    if (!desk) {
      unread.push(item);
      return;
    }
    const { messageId, signal, source } = postOf(item);
    const answered = apart.asked(item, desk);
    const result = await desk.open(signal, source, item.market === 'spot' ? spotChannel : channel);
    answered(result);
    if (result.kind === 'opened') opened += 1;
    const tradeId = tradeIdOf(source.messageId, source.index);
    if (result.kind === 'denied' && !desk.trades().some(({ id }) => id === tradeId))
      for (const one of checkers) one.onDenied(tradeId);
    const said =
      result.kind === 'denied' ? `${result.denial.code} ${JSON.stringify(result.denial.numbers)}` : '';
    note(() => `  signal ${messageId.slice(-2)} ${item.symbol} ${item.side}: ${result.kind} ${said}`);
  }

  async function ask(item: Extract<Happening, { do: 'request' }>): Promise<void> {
    const desk = lives.desk();
    const trades = desk?.trades() ?? [];
    const trade = trades[item.trade % Math.max(trades.length, 1)];
    if (!trade || !desk) return;
    const price = venue.exchange
      .market(trade.plan.symbol)
      .last.times(1 + item.bps / 10_000)
      .toDecimalPlaces(4);
    if (item.what === 'move_stop') for (const one of checkers) one.onStopMoved(trade.id);
    const result = await desk.request(trade.id, requestOf(item.what, price), 'user');
    if (item.what === 'move_stop')
      for (const one of checkers) one.onStopMoveAnswered(trade.id, price, result.kind === 'done');
    note(() => `  request ${item.what} ${trade.id}: ${JSON.stringify(result)}`);
  }

  /** It counts once it is acknowledged, that is durable. */
  async function pause({ forMs, endsMs }: Extract<Happening, { do: 'pause' }>): Promise<void> {
    const desk = lives.desk();
    if (!desk) return;
    const since = Math.floor(lives.current()?.now() ?? 0);
    const stored = await desk.pause({
      reason: 'user',
      channelId: null,
      since,
      until: endsMs === undefined ? null : since + endsMs,
      by: 'user',
      detail: '',
    });
    if (stored) pauses.acknowledge('user');
    scheduler.after(forMs, () => resume(['user']));
  }

  function resume(reasons: readonly ('user' | 'fault' | 'account_changed' | 'loss_streak')[]): void {
    const desk = lives.desk();
    if (!isStorm) return;
    if (!desk) return void scheduler.after(500, () => resume(reasons));
    pauses.onLifting();
    for (const one of checkers) one.panics.onLifting();
    desk.resume(reasons, null).catch(ignore);
  }

  async function panic(): Promise<void> {
    const desk = lives.desk();
    if (!desk) return;
    for (const one of checkers) one.panics.begin();
    const { stored } = await desk.panic('user');
    if (!stored) return;
    pauses.acknowledge('user');
    for (const one of checkers) one.panics.onStored();
  }

  /** From now on the program need not know. */
  function untold(): void {
    for (const one of checkers) one.onEventTrouble(ANYTHING, 'lost', 0);
  }

  function during(forMs: number, end: () => void): void {
    scheduler.after(forMs, () => isStorm && end());
  }

  function trouble(how: StoreTrouble, forMs: number): void {
    storeTroubles += 1;
    const number = storeTroubles;
    options.setStore(how);
    // A later one is not ended by an earlier one's end.
    during(forMs, () => number === storeTroubles && options.setStore(null));
  }

  function act(item: Happening): void {
    if (!isStorm) return;
    count(options.tally, nameOf(item));
    if (item.do !== 'price') note(() => `*** ${JSON.stringify(item)}`);
    switch (item.do) {
      case 'signal':
        if (options.talk) return options.talk.say(item);
        void read(item);
        if (item.againMs !== null) scheduler.after(item.againMs, () => void read(item));
        return;
      case 'price': {
        const last = venue.priceAt(item.symbol, item.bps);
        const mark = item.markBps === null ? last : venue.priceAt(item.symbol, item.bps + item.markBps);
        note(() => `*** ${item.symbol} ${last} (mark ${mark})`);
        venue.exchange.setPrice(item.symbol, { last, mark });
        return venue.spot?.setPrice(item.symbol, venue.spotPriceAt(item.symbol, item.bps));
      }
      case 'part':
        venue.spot?.setPartialFill(item.symbol, { fraction: new Decimal(item.fraction) });
        return venue.exchange.setPartialFill(item.symbol, { fraction: new Decimal(item.fraction) });
      case 'request':
        return void ask(item);
      case 'manual':
        return actByHand(venue, checker, item);
      case 'spot hand':
        if (options.spotChecker && venue.spot) actOnSpot(venue.spot, options.spotChecker, item);
        if (item.what !== 'cancel_only') return;
        apart.onHalted('spot', item.symbol);
        during(20_000, () => venue.spot?.setStatus(item.symbol, 'TRADING'));
        return;
      case 'gap':
        return venue.spot?.jumpPrice(item.symbol, venue.spotPriceAt(item.symbol, item.bps));
      case 'pause':
        return void pause(item).catch(ignore);
      case 'resume':
        return resume(['user', 'fault', 'account_changed', 'loss_streak']);
      case 'panic':
        return void panic().catch(ignore);
      case 'funding':
        return venue.exchange.fund(item.symbol, new Decimal(item.bps).div(10_000));
      case 'halt':
        apart.onHalted('usdm', item.symbol);
        venue.exchange.setStatus(item.symbol, 'PENDING_TRADING');
        return during(item.forMs, () => venue.exchange.setStatus(item.symbol, 'TRADING'));
      case 'outage':
        network.outage(item.how);
        return during(item.forMs, () => network.outage(null));
      case 'ban':
        return network.ban(scheduler.now() + item.forMs);
      case 'stream':
        for (const one of streams) one.cut(item.noticed);
        untold();
        return during(item.forMs, () => {
          untold();
          for (const one of streams) one.mend();
        });
      case 'listen key':
        untold();
        for (const one of streams) one.expire();
        return;
      case 'store':
        return trouble(item.how, item.forMs);
      case 'clock':
        return options.jump(item.byMs);
      case 'kill':
        lives.kill(item.requests, item.writes, item.downMs);
        if (item.clockMs !== undefined) options.jump(item.clockMs);
        return;
      case 'edit':
      case 'rewrite':
      case 'remove':
      case 'press':
      case 'gateway':
      case 'discord':
        return options.talk?.act(item);
    }
  }

  return {
    act,
    catchUp() {
      for (const item of unread.splice(0)) void read(item);
    },
    calm() {
      isStorm = false;
      options.setStore(null);
      options.talk?.calm();
      for (const symbol of script.setting.symbols) {
        venue.exchange.setStatus(symbol, 'TRADING');
        venue.spot?.setStatus(symbol, 'TRADING');
      }
    },
    onOpened() {
      opened += 1;
    },
    opened: () => opened,
  };
}

/** As the report counts it. */
function nameOf(item: Happening): string {
  switch (item.do) {
    case 'request':
      return `asked to ${item.what}`;
    case 'manual':
      return `by hand: ${item.what}`;
    case 'spot hand':
      return `by hand on spot: ${item.what}`;
    case 'edit':
      return `edit: ${item.how}`;
    case 'rewrite':
      return `signals of a message: ${item.steps.length > 1 ? 'several changes' : item.steps[0]?.how}`;
    case 'remove':
      return 'message deleted';
    case 'press':
      return item.againMs === null ? 'press' : 'press twice';
    case 'outage':
    case 'store':
    case 'discord':
      return `${item.do}: ${item.how}`;
    case 'stream':
      return item.noticed ? 'stream cut' : 'stream silent';
    case 'clock':
      return item.byMs < 0 ? 'clock set back' : 'clock set ahead';
    case 'kill':
      if (item.clockMs === undefined) return 'crash';
      return item.clockMs < 0 ? 'crash, clock set back' : 'crash, clock set ahead';
    default:
      return item.do;
  }
}

const ignore = (): void => undefined;
