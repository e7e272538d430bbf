import type { APIMessage } from 'discord.js';
import type { z } from 'zod';
import type { History } from '../../src/bot/backfill.ts';
import type { Studio } from '../../src/bot/cards.ts';
import type { MessageEvent } from '../../src/bot/message.ts';
import type { BotConfig, Collection, Log, MessageBody, MessageFile, Messenger } from '../../src/bot/ports.ts';
import type { Picture } from '../../src/charts/picture.ts';
import type { Pause } from '../../src/risk/book.ts';
import type { ChannelBlock, ChannelSettings } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type {
  Assessment,
  Desk,
  DeskEvent,
  Opened,
  RequestResult,
  TradeRequest,
} from '../../src/trading/desk-types.ts';
import type { Instrument } from '../../src/trading/exchange.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { TradeEvent } from '../../src/trading/lifecycle/types.ts';
import type { Fill, Order, Plan, Reading, Signal, Source, Trade } from '../../src/trading/model.ts';
import type { Parsed } from '../../src/trading/signals/parse.ts';
import { step } from '../../src/trading/trade.ts';

/** In-memory stand-ins for the ports of the bot, and the things that pass through them. */

export const IDS = {
  guild: '100000000000000001',
  operator: '200000000000000001',
  viewer: '200000000000000002',
  trades: '400000000000000001',
  alpha: '500000000000000001',
  analyst: '600000000000000001',
  stranger: '700000000000000001',
  bot: '800000000000000001',
} as const;

export const d = (value: string | number): Decimal => new Decimal(value);

const DISCORD_EPOCH_MS = 1_420_070_400_000;
let sequence = 0n;

/** An id as Discord would give it at that time; each one is new. */
export function snowflake(at: number): string {
  sequence = (sequence + 1n) % 4_096n;
  return ((BigInt(at - DISCORD_EPOCH_MS) << 22n) + sequence).toString();
}

/** Keeps rows as JSON text, as a store does. */
export function memoryCollection<T>(schema: z.ZodType<T>): Collection<T> & {
  rows: Map<string, string>;
  /** How often one was set. */
  readonly writes: number;
  taken<U>(from: string, to: string, take: (key: string, value: T) => U | null): Promise<U[]>;
  last(count: number): Promise<(readonly [string, T])[]>;
} {
  const rows = new Map<string, string>();
  let writes = 0;
  const read = (text: string): T => schema.parse(JSON.parse(text));
  return {
    rows,
    get: async (key) => {
      const text = rows.get(key);
      return text === undefined ? undefined : read(text);
    },
    get writes() {
      return writes;
    },
    set: async (key, value) => {
      rows.set(key, JSON.stringify(value));
      writes += 1;
    },
    delete: async (key) => rows.delete(key),
    all: async () => [...rows].map(([key, text]) => [key, read(text)] as const),
    taken: async (from, to, take) =>
      [...rows]
        .filter(([key]) => key >= from && key < to)
        .flatMap(([key, text]) => take(key, read(text)) ?? []),
    last: async (count) =>
      [...rows]
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .slice(-count)
        .map(([key, text]) => [key, read(text)] as const),
  };
}

export const silentLog: Log = { info: () => {}, warn: () => {}, error: () => {} };

/** A clock that only moves when it is told to. */
export class TestClock {
  at = Date.UTC(2026, 10, 22, 12);
  readonly now = (): number => this.at;
}

export interface Posted {
  channelId: string;
  messageId: string;
  body: MessageBody;
  nonce: string;
  edits: number;
  /** The file that it carries. */
  file: string | null;
}

/** Discord as far as posting goes; `refuse` makes the next calls fail. */
export class FakeMessenger implements Messenger {
  readonly posted: Posted[] = [];
  readonly calls: string[] = [];
  /** Names of threads, by the id of their message. */
  readonly threads = new Map<string, string>();
  refuse: (channelId: string, call: 'create' | 'edit' | 'thread', file: MessageFile | null) => unknown = () =>
    null;
  refuseBody: (body: MessageBody) => unknown = () => null;
  #count = 0;
  #waiting: { test: () => boolean; resolve: () => void }[] = [];

  async create(
    channelId: string,
    body: MessageBody,
    nonce: string,
    file: MessageFile | null,
  ): Promise<string> {
    this.calls.push(`create ${channelId}`);
    this.#check(channelId, 'create', file);
    const disliked = this.refuseBody(body);
    if (disliked) throw disliked;
    const known = this.posted.find((message) => message.nonce === nonce);
    if (known) return known.messageId;
    this.#count += 1;
    const message = {
      channelId,
      messageId: `9${this.#count}`,
      body,
      nonce,
      edits: 0,
      file: file?.name ?? null,
    };
    this.posted.push(message);
    this.#changed();
    return message.messageId;
  }

  async edit(
    channelId: string,
    messageId: string,
    body: MessageBody,
    file: MessageFile | 'keep' | null,
  ): Promise<void> {
    this.calls.push(`edit ${messageId}${file === 'keep' ? ' keeping' : file ? ' with a file' : ''}`);
    this.#check(channelId, 'edit', file === 'keep' ? null : file);
    const message = this.posted.find((one) => one.messageId === messageId);
    if (!message) throw new Error('no such message');
    message.body = body;
    message.edits += 1;
    if (file !== 'keep') message.file = file?.name ?? null;
    this.#changed();
  }

  async openDm(userId: string): Promise<string> {
    return `dm-${userId}`;
  }

  async openThread(channelId: string, messageId: string, name: string): Promise<string> {
    this.calls.push(`thread ${messageId}`);
    this.#check(channelId, 'thread', null);
    this.threads.set(messageId, name);
    return messageId;
  }

  in(channelId: string): string[] {
    return this.posted.filter((message) => message.channelId === channelId).map(({ body }) => body.content);
  }

  /** Resolves when some message's content has all of these words. */
  async says(channelId: string, ...words: string[]): Promise<Posted> {
    const found = () =>
      this.posted.find(
        (one) => one.channelId === channelId && words.every((word) => one.body.content.includes(word)),
      );
    await this.until(() => found() !== undefined, `${channelId} says ${words.join(', ')}`);
    return found() as Posted;
  }

  async until(test: () => boolean, what: string): Promise<void> {
    if (test()) return;
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () =>
        reject(
          new Error(
            `did not happen: ${what}; said: ${JSON.stringify(this.posted.map((one) => one.body.content))}`,
          ),
        ),
      3_000,
    );
    this.#waiting.push({ test, resolve });
    await promise;
    clearTimeout(timer);
  }

  #check(channelId: string, call: 'create' | 'edit' | 'thread', file: MessageFile | null): void {
    const error = this.refuse(channelId, call, file);
    if (error) throw error;
  }

  #changed(): void {
    for (const { resolve } of this.#waiting.filter(({ test }) => test())) resolve();
  }
}

/** No candles and no pictures, unless told otherwise. */
export class FakeStudio implements Studio {
  readonly drawn: Picture[] = [];
  png: Buffer | null = null;

  async candles(): ReturnType<Studio['candles']> {
    return [];
  }

  async draw(picture: Picture): Promise<Buffer | null> {
    this.drawn.push(picture);
    return this.png;
  }

  mayAsk(): boolean {
    return true;
  }
}

export function aSignal(over: Partial<Signal> = {}): Signal {
  return {
    symbol: 'BTCUSDT',
    side: 'long',
    entry: { type: 'limit', prices: [d(60_000)] },
    trigger: null,
    stopLoss: { price: d(58_000) },
    takeProfits: [{ price: d(62_000) }, { price: d(64_000) }],
    leverage: 5,
    marginMode: null,
    ...over,
  };
}

export function aPlan(over: Partial<Plan> = {}): Plan {
  return {
    market: 'usdm',
    symbol: 'BTCUSDT',
    quote: 'USDT',
    side: 'long',
    positionSide: 'BOTH',
    entries: [{ type: 'limit', price: d(60_000), quantity: d('0.05') }],
    entryPrice: d(60_000),
    stopPrice: d(58_000),
    targets: [
      { price: d(62_000), sharePct: d(50) },
      { price: d(64_000), sharePct: d(50) },
    ],
    quantity: d('0.05'),
    leverage: 5,
    marginMode: 'isolated',
    notional: d(3_000),
    margin: d(600),
    riskAmount: d(100),
    riskPct: d(1),
    rewardRisk: d('1.5'),
    liquidationPrice: d(48_500),
    markPrice: d(60_500),
    equity: d(10_000),
    notes: [],
    ...over,
  };
}

export function aSource(over: Partial<Source> = {}): Source {
  return {
    guildId: IDS.guild,
    channelId: IDS.alpha,
    channel: 'alpha',
    messageId: '1400000000000000000',
    authorId: IDS.analyst,
    index: 0,
    postedAt: 0,
    ...over,
  };
}

export function aTrade(over: Partial<Trade> = {}): Trade {
  const source = over.source ?? aSource();
  return {
    id: tradeIdOf(source.messageId, source.index),
    source,
    signal: aSignal(),
    plan: aPlan(),
    terms: {
      entryTimeoutMs: 14_400_000,
      breakEvenAfter: 1,
      stopTrigger: 'mark',
      trailingStop: null,
      makerFee: d('0.0002'),
      takerFee: d('0.0005'),
      tickSize: d('0.1'),
      stepSize: d('0.001'),
      minQuantity: d('0.001'),
      minNotional: d(5),
      marketStepSize: d('0.001'),
      marketMaxQuantity: d(120),
    },
    phase: 'entering',
    orders: [anOrder()],
    fills: [],
    stopPrice: d(58_000),
    stopKind: 'initial',
    stopHeldPrice: null,
    stopRefusals: 0,
    stopRetryAt: null,
    targetRetryAt: null,
    closeRetryAt: null,
    closeRefusals: 0,
    userStop: false,
    targets: aPlan().targets,
    targetsHit: 0,
    targetRound: 0,
    breakEvenDone: false,
    closing: null,
    entriesCancelled: null,
    elsewhere: d(0),
    funding: d(0),
    fundingIds: [],
    createdAt: 0,
    sendUntil: 0,
    filledAt: null,
    lastFillAt: null,
    closedAt: null,
    closeReason: null,
    announced: {},
    closingAnnounced: null,
    ...over,
  };
}

export function anOrder(over: Partial<Order> = {}): Order {
  return {
    clientId: 'sb-x-0-e0-0',
    symbol: 'BTCUSDT',
    action: 'BUY',
    positionSide: 'BOTH',
    type: 'limit',
    quantity: d('0.05'),
    price: d(60_000),
    triggerPrice: null,
    workingType: 'mark',
    reduceOnly: false,
    callbackPct: null,
    role: 'entry',
    slot: 0,
    status: 'working',
    orderId: '1',
    executed: d(0),
    createdAt: 0,
    sendAt: null,
    since: 0,
    filledAt: null,
    queries: 0,
    queryAt: null,
    cancelAskedAt: null,
    code: null,
    reason: null,
    ...over,
  };
}

export function aFill(over: Partial<Fill> = {}): Fill {
  return {
    tradeId: '1',
    orderId: '1',
    clientId: 'sb-x-0-e0-0',
    symbol: 'BTCUSDT',
    action: 'BUY',
    positionSide: 'BOTH',
    price: d(60_000),
    quantity: d('0.05'),
    commission: d('1.5'),
    commissionAsset: 'USDT',
    realisedPnl: d(0),
    maker: false,
    at: 0,
    ...over,
  };
}

/** The same trade with its entry filled. */
export function filledTrade(trade: Trade = aTrade()): Trade {
  return {
    ...trade,
    phase: 'open',
    orders: [anOrder({ status: 'filled', executed: d('0.05') })],
    fills: [aFill()],
  };
}

/** A desk that opens what it is told to and remembers what it was asked. */
export class FakeDesk implements Desk {
  open_: Trade[] = [];
  closed: Trade[] = [];
  pauses: Pause[] = [];
  readonly opens: { signal: Signal; source: Source; channel?: ChannelSettings }[] = [];
  readonly previews: Signal[] = [];
  readonly requests: { tradeId: string; request: TradeRequest; by: string }[] = [];
  readonly announcements: string[] = [];
  readonly resumed: string[][] = [];
  readonly prices = new Map([['BTCUSDT', { mark: d(61_000), last: d(61_000) }]]);
  readonly instruments = new Map<string, Instrument>();
  panics = 0;
  /** What it is asked to keep can be written. */
  stores = true;
  answer: (
    signal: Signal,
    source: Source,
    withdrawn?: AbortSignal,
  ) => Promise<Opened | null> | Opened | null = () => null;
  /** What a preview waits for. */
  previewing: Promise<void> | null = null;
  assessment: (signal: Signal) => Assessment = () => ({ kind: 'planned', plan: aPlan(), checks: [] });
  requestAnswer: (request: TradeRequest) => RequestResult = () => ({ kind: 'done' });

  books(): readonly Desk['book'][] {
    return [this.book];
  }

  holdings(): ReturnType<Desk['holdings']> {
    const { market, equity, available } = this.book;
    return [{ market, asset: 'USDT', equity, available, sizes: true }];
  }

  priceOf({ plan }: Trade) {
    return this.book.prices.get(plan.symbol) ?? null;
  }

  get book(): Desk['book'] {
    return {
      market: 'usdm',
      notReady: null,
      unreachableSince: this.unreachableSince,
      equity: d(10_000),
      available: d(9_000),
      hedgeMode: false,
      trades: this.open_,
      positions: [],
      foreignSymbols: new Set<string>(),
      conditionalOrders: { open: 0, limit: 200 },
      troubles: [],
      instruments: this.instruments,
      prices: this.prices,
      unread: new Set(),
      brackets: new Map(),
      feesOf: () => ({ maker: d('0.0002'), taker: d('0.0005') }),
      pauses: this.pauses,
      dayPnl: d('-12.5'),
      dayStartEquity: d(10_000),
      dailyLossLiftedUntil: null,
      lossStreak: 0,
      channels: new Map(),
      lastLossAt: new Map(),
      recentSignals: new Map(),
      entryOrderTimes: [],
    };
  }

  lastReconciledAt: number | null = null;
  unreachableSince: number | null = null;
  readonly followed = new Map<string, readonly string[]>();

  follow(market: string, symbols: readonly string[]): void {
    this.followed.set(market, symbols);
  }

  async preview(signal: Signal): Promise<Assessment> {
    this.previews.push(signal);
    await this.previewing;
    return this.assessment(signal);
  }

  async proposed(): Promise<void> {}

  async open(
    signal: Signal,
    source: Source,
    channel?: ChannelSettings,
    withdrawn?: AbortSignal,
  ): Promise<Opened> {
    const id = tradeIdOf(source.messageId, source.index);
    if (await this.find(id)) return { kind: 'exists', tradeId: id };
    this.opens.push({ signal, source, ...(channel ? { channel } : {}) });
    const given = await this.answer(signal, source, withdrawn);
    if (given) return given;
    const trade = aTrade({ source, signal, plan: aPlan({ symbol: signal.symbol, side: signal.side }) });
    this.open_.push(trade);
    return { kind: 'opened', trade, checks: this.assessment(signal).checks };
  }

  trades(): readonly Trade[] {
    return this.open_;
  }

  async find(tradeId: string): Promise<Trade | null> {
    return [...this.open_, ...this.closed].find((trade) => trade.id === tradeId) ?? null;
  }

  async closedBetween(fromMs: number, toMs: number): Promise<Trade[]> {
    return this.closed.filter((trade) => (trade.closedAt ?? 0) >= fromMs && (trade.closedAt ?? 0) < toMs);
  }

  async takeClosed<T>(fromMs: number, toMs: number, take: (trade: Trade) => T | null): Promise<T[]> {
    return (await this.closedBetween(fromMs, toMs)).flatMap((trade) => take(trade) ?? []);
  }

  async request(tradeId: string, request: TradeRequest, by: string): Promise<RequestResult> {
    this.requests.push({ tradeId, request, by });
    const answer = this.requestAnswer(request);
    if (answer.kind === 'done') this.#change(tradeId, { type: 'request', request });
    return answer;
  }

  /** What is asked for is noted in the trade; no exchange answers the orders that follow from it. */
  #change(tradeId: string, event: TradeEvent): void {
    this.open_ = this.open_.map((trade) =>
      trade.id === tradeId ? step(trade, event, Date.now()).trade : trade,
    );
  }

  /** What the exchange, or the trade itself, has made of one since. */
  becomes(trade: Trade): DeskEvent {
    this.open_ = this.open_.map((before) => (before.id === trade.id ? trade : before));
    return { type: 'changed', trade };
  }

  async pause(pause: Pause): Promise<boolean> {
    this.pauses.push(pause);
    return this.stores;
  }

  /** Once `stores` is true again, by `store`. */
  readonly #onStored: (() => void)[] = [];
  async pausesStored(): Promise<void> {
    if (!this.stores) await new Promise<void>((stored) => this.#onStored.push(stored));
  }

  store(): void {
    this.stores = true;
    for (const stored of this.#onStored.splice(0)) stored();
  }

  async resume(reasons: readonly Pause['reason'][]): Promise<boolean> {
    if (!this.stores) return false;
    this.resumed.push([...reasons]);
    this.pauses = this.pauses.filter((pause) => !reasons.includes(pause.reason));
    return true;
  }

  async panic(): Promise<{ trades: number; stored: boolean }> {
    this.panics += 1;
    return { trades: this.open_.length, stored: this.stores };
  }

  async announced(tradeId: string, clientId: string): Promise<void> {
    this.announcements.push(`${tradeId} ${clientId}`);
  }

  async closingAnnounced(tradeId: string, closedAt: number): Promise<void> {
    this.announcements.push(`${tradeId} closed at ${closedAt}`);
  }

  health(): ReturnType<Desk['health']> {
    return {
      ready: true,
      reason: null,
      queued: 0,
      lastReconciledAt: this.lastReconciledAt,
      marginRatio: null,
      lastReconcileMs: null,
      recoveries: { start: null, reconnect: null },
    };
  }
}

export function aChannel(over: Partial<ChannelBlock> = {}): ChannelBlock {
  return {
    channel: IDS.alpha,
    name: 'alpha',
    authors: [IDS.analyst],
    market: 'usdm',
    mode: 'auto',
    maxAge: 60_000,
    risk: {},
    trading: {},
    ...over,
  };
}

export function aConfig(over: Partial<BotConfig> = {}): BotConfig {
  return {
    guild: IDS.guild,
    language: 'en',
    timezone: 'UTC',
    operators: { users: [IDS.operator], roles: [], viewers: { users: [IDS.viewer], roles: [] } },
    channels: { trades: IDS.trades, alerts: null },
    alerts: { dm: [IDS.operator], nearStopPct: null, summaryAt: null, heartbeatUrl: null },
    confirm: { timeout: 120_000 },
    signals: [aChannel()],
    risk: {},
    trading: {},
    ...over,
  };
}

/** The text of a message is the key of what it means. */
export class Meanings {
  readonly #readings = new Map<string, Reading>();

  set(text: string, reading: Reading): void {
    this.#readings.set(text, reading);
  }

  readonly read = ({ content }: { content: string }): Parsed => {
    const reading = this.#readings.get(content);
    if (reading) return { reading, evidence: [{ field: 'symbol', code: '', text: content, offset: 0 }] };
    return {
      reading: { kind: 'none' },
      evidence: [{ field: 'reason', code: 'no_signal', text: '', offset: -1 }],
    };
  };
}

/** A channel's messages as history shows them. */
export class FakeHistory implements History {
  messages: APIMessage[] = [];
  /** Of threads. */
  readonly parents = new Map<string, string>();

  async after(channelId: string, messageId: string): Promise<APIMessage[]> {
    return this.messages
      .filter((one) => one.channel_id === channelId && BigInt(one.id) > BigInt(messageId))
      .slice(0, 100);
  }

  async own(channelId: string, messageId: string): Promise<string[]> {
    const after = await this.after(channelId, messageId);
    return after.filter(({ author }) => author.id === IDS.bot).map(({ content }) => content);
  }

  async lastId(channelId: string): Promise<string | null> {
    return this.messages.findLast((one) => one.channel_id === channelId)?.id ?? null;
  }

  async message(channelId: string, messageId: string): Promise<MessageEvent | null> {
    return this.messages.find((one) => one.channel_id === channelId && one.id === messageId) ?? null;
  }
}
