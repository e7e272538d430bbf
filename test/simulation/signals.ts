import type { BotConfig } from '../../src/bot/ports.ts';
import { type ChannelSettings, mergeRisk } from '../../src/risk/settings.ts';
import { Decimal } from '../../src/trading/decimal.ts';
import type { TradeRequest } from '../../src/trading/desk-types.ts';
import type { Market, Signal, Source } from '../../src/trading/model.ts';
import { mergeTrading, type TradingOverrides } from '../../src/trading/settings.ts';
import { riskOf } from './program.ts';
import type { RequestKind, Setting, SignalItem, TalkSetting } from './script.ts';
import type { Venue } from './venue.ts';

export const GUILD_ID = '100000000000000001';
export const AUTHOR_ID = '600000000000000001';
const CHANNEL_ID = '500000000000000001';
const SPOT_CHANNEL_ID = '500000000000000002';
const ASKING_CHANNEL_ID = '500000000000000003';
const ASKING_SPOT_CHANNEL_ID = '500000000000000004';
const TRADES_CHANNEL_ID = '400000000000000001';
const OPERATOR_ID = '200000000000000001';

/** Messages as the channel's author posts them: read again, one is the same to the last digit. */
export interface Post {
  messageId: string;
  signal: Signal;
  source: Source;
}

export function createPosts(venue: Venue, startMs: number): (item: SignalItem) => Post {
  const posts = new Map<SignalItem, Post>();
  return (item) => {
    const known = posts.get(item);
    if (known) return known;
    const messageId = String(1_300_000_000_000_000_001n + BigInt(posts.size));
    const source: Source = {
      guildId: GUILD_ID,
      ...(item.market === 'spot'
        ? { channelId: SPOT_CHANNEL_ID, channel: 'beta' }
        : { channelId: CHANNEL_ID, channel: 'alpha' }),
      messageId,
      authorId: AUTHOR_ID,
      index: 0,
      postedAt: startMs + item.atMs,
    };
    const post = { messageId, signal: signalOf(venue, item), source };
    posts.set(item, post);
    return post;
  };
}

export function signalOf(venue: Venue, item: SignalItem): Signal {
  const on = item.market === 'spot' && venue.spot ? venue.spot : venue.exchange;
  const { last, instrument } = on.market(item.symbol);
  const up = item.side === 'long' ? 1 : -1;
  const at = (bps: number): Decimal =>
    last.times(new Decimal(10_000 + bps * up).div(10_000)).toNearest(instrument.tickSize);
  const prices = item.entryBps.map((bps) => at(item.trigger ? bps : -bps));
  return {
    symbol: item.symbol,
    side: item.side,
    entry: entryOf(item, prices),
    trigger: item.trigger ? (item.side === 'long' ? 'above' : 'below') : null,
    stopLoss: { price: at(-item.stopBps) },
    takeProfits: item.targetBps.map((bps, index) => {
      const share = item.shares[index];
      return { price: at(bps), ...(share === undefined ? {} : { share: new Decimal(share) }) };
    }),
    leverage: item.market === 'spot' ? null : 5,
    marginMode: null,
  };
}

function entryOf({ isZone }: SignalItem, prices: Decimal[]): Signal['entry'] {
  const [first, second] = prices;
  if (first === undefined) return { type: 'market' };
  if (!isZone || second === undefined) return { type: 'limit', prices };
  return { type: 'zone', low: Decimal.min(first, second), high: Decimal.max(first, second) };
}

export function channelOf(setting: Setting): ChannelSettings {
  return {
    channelId: CHANNEL_ID,
    name: 'alpha',
    market: 'usdm',
    mode: 'auto',
    maxAgeMs: 60_000,
    authors: [AUTHOR_ID],
    risk: riskOf(setting),
    ownRiskKeys: [],
    trading: mergeTrading(tradingOf(setting)),
    accountRisk: mergeRisk(),
  };
}

function tradingOf(setting: Setting): TradingOverrides {
  const { stopTrigger, breakEvenAfter, entryTimeoutMs, trailing, closeOnOpposite } = setting;
  return {
    stopTrigger,
    breakEvenAfter,
    closeOnOpposite,
    entryTimeout: entryTimeoutMs,
    ...(trailing ? { trailingStop: { activateAfter: 1, callbackPct: new Decimal('0.3') } } : {}),
  };
}

/** The config file where signals are said in a Discord server: two channels for each market, of which one asks. */
export function talkConfig(setting: Setting & { talk: TalkSetting }): BotConfig {
  const { talk, maxTradesPerSymbol, maxConsecutiveLosses, cooldownMs = 0 } = setting;
  const channel = (
    id: string,
    name: string,
    market: Market,
    mode: 'auto' | 'confirm',
  ): BotConfig['signals'][number] => ({
    channel: id,
    name,
    market,
    mode,
    authors: [AUTHOR_ID],
    maxAge: talk.maxAgeMs,
    risk: {},
    trading: {},
  });
  return {
    guild: GUILD_ID,
    language: 'en',
    timezone: 'UTC',
    operators: { users: [OPERATOR_ID], roles: [], viewers: { users: [], roles: [] } },
    channels: { trades: TRADES_CHANNEL_ID, alerts: null },
    alerts: { dm: [OPERATOR_ID], nearStopPct: null, summaryAt: null, heartbeatUrl: null },
    confirm: { timeout: talk.confirmMs },
    signals: [
      channel(CHANNEL_ID, 'alpha', 'usdm', 'auto'),
      channel(ASKING_CHANNEL_ID, 'gamma', 'usdm', 'confirm'),
      ...(setting.spot
        ? [
            channel(SPOT_CHANNEL_ID, 'beta', 'spot', 'auto'),
            channel(ASKING_SPOT_CHANNEL_ID, 'delta', 'spot', 'confirm'),
          ]
        : []),
    ],
    risk: { maxOpenTrades: 10, maxTradesPerSymbol, maxConsecutiveLosses, cooldown: cooldownMs },
    trading: tradingOf(setting),
  };
}

/** The same analyst's other channel: what it posts is bought. */
export function spotChannelOf(setting: Setting): ChannelSettings {
  return { ...channelOf(setting), channelId: SPOT_CHANNEL_ID, name: 'beta', market: 'spot' };
}

export function requestOf(what: RequestKind, price: Decimal): TradeRequest {
  switch (what) {
    case 'close':
      return { type: 'close', fraction: new Decimal(1), reason: 'user' };
    case 'close_half':
      return { type: 'close', fraction: new Decimal('0.5'), reason: 'user' };
    case 'break_even':
      return { type: 'break_even' };
    case 'move_stop':
      return { type: 'move_stop', price, confirmed: true };
    case 'cancel_entries':
      return { type: 'cancel_entries' };
    case 'set_targets':
      return { type: 'set_targets', prices: [price] };
  }
}
