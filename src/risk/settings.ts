import { z } from 'zod';
import { Decimal } from '../trading/decimal.ts';
import { duration } from '../trading/duration.ts';
import type { Market } from '../trading/model.ts';
import { refusal } from '../trading/refusal.ts';
import { boundedDecimal, type TradingOverrides, type TradingSettings } from '../trading/settings.ts';

/** The `risk:` block of the config file. Keys are the file's; `cooldown` is in milliseconds once parsed. */

export type RiskKeyType = 'percent' | 'ratio' | 'count' | 'duration' | 'boolean' | 'symbols';

/** What `/risk set` needs to know of a key. Bounds are allowed values, written as a user writes them. */
export interface RiskKeyInfo {
  type: RiskKeyType;
  unit: '%' | 'x' | 'R' | 'per minute' | null;
  min: string;
  max: string;
  /** As it would stand in the file. */
  default: number | string | boolean | null | readonly string[];
  /** Which way risk rises. For lists: `allow` by naming more, `deny` by naming fewer. */
  looser: 'higher' | 'lower' | 'allow' | 'deny';
  /** 0 switches the rule off, which is looser than any other value. */
  zeroIsOff: boolean;
  nullable: boolean;
  /** Counts over the whole account; in a channel's block it bounds that channel alone, beside the account's. */
  accountWide: boolean;
}

const plain = { zeroIsOff: false, nullable: false, accountWide: false } as const;
const anyPercent = {
  ...plain,
  type: 'percent',
  unit: '%',
  min: '0.001',
  max: '1000',
  looser: 'higher',
} as const;
const flag = { ...plain, type: 'boolean', unit: null, min: 'false', max: 'true' } as const;
const symbolList = { ...plain, type: 'symbols', unit: null, min: '', max: '' } as const;
const accountCount = { ...plain, type: 'count', unit: null, looser: 'higher', accountWide: true } as const;

export const riskKeys = {
  riskPerTradePct: { ...anyPercent, max: '100', default: 1 },
  maxLeverage: { ...plain, type: 'count', unit: 'x', min: '1', max: '150', looser: 'higher', default: 10 },
  maxOpenTrades: { ...accountCount, min: '1', max: '1000', default: 5 },
  maxTradesPerSymbol: { ...accountCount, min: '1', max: '100', default: 1 },
  maxPositionNotionalPct: { ...anyPercent, max: '100000', default: 200 },
  maxTotalNotionalPct: { ...anyPercent, max: '100000', default: 400, accountWide: true },
  maxTotalRiskPct: { ...anyPercent, default: 5, accountWide: true },
  maxDailyLossPct: { ...anyPercent, default: 5, accountWide: true },
  maxConsecutiveLosses: { ...accountCount, min: '0', max: '1000', zeroIsOff: true, default: 0 },
  cooldown: {
    ...plain,
    type: 'duration',
    unit: null,
    min: '0s',
    max: '365d',
    looser: 'lower',
    default: '0s',
  },
  minRewardRisk: { ...plain, type: 'ratio', unit: 'R', min: '0', max: '100', looser: 'lower', default: 0 },
  requireStopLoss: { ...flag, looser: 'lower', default: true },
  defaultStopPct: { ...anyPercent, max: '99', nullable: true, default: null },
  maxStopDistancePct: { ...anyPercent, default: 25 },
  maxEntryDeviationPct: { ...anyPercent, default: 3 },
  minLiquidationBufferPct: { ...anyPercent, min: '0', looser: 'lower', default: 20 },
  maxOrdersPerMinute: { ...accountCount, unit: 'per minute', min: '1', max: '10000', default: 60 },
  allowCross: { ...flag, looser: 'higher', default: false },
  allowSymbols: { ...symbolList, looser: 'allow', default: [] },
  denySymbols: { ...symbolList, looser: 'deny', default: [] },
} as const satisfies Record<string, RiskKeyInfo>;

export type RiskKey = keyof typeof riskKeys;

interface Bounds {
  min: string;
  max: string;
}

const decimalOf = ({ min, max }: Bounds) => boundedDecimal(min, max);
const countOf = ({ min, max }: Bounds) => z.number().int().min(Number(min)).max(Number(max));
const symbols = z.array(
  z
    .string()
    .regex(/^[\p{L}\p{N}_/]{2,40}$/u, refusal('symbol'))
    .transform((symbol) => symbol.replaceAll('/', '').toUpperCase()),
);

const fields = {
  riskPerTradePct: decimalOf(riskKeys.riskPerTradePct),
  maxLeverage: countOf(riskKeys.maxLeverage),
  maxOpenTrades: countOf(riskKeys.maxOpenTrades),
  maxTradesPerSymbol: countOf(riskKeys.maxTradesPerSymbol),
  maxPositionNotionalPct: decimalOf(riskKeys.maxPositionNotionalPct),
  maxTotalNotionalPct: decimalOf(riskKeys.maxTotalNotionalPct),
  maxTotalRiskPct: decimalOf(riskKeys.maxTotalRiskPct),
  maxDailyLossPct: decimalOf(riskKeys.maxDailyLossPct),
  maxConsecutiveLosses: countOf(riskKeys.maxConsecutiveLosses),
  cooldown: duration(0, 365 * 86_400_000),
  minRewardRisk: decimalOf(riskKeys.minRewardRisk),
  requireStopLoss: z.boolean(),
  defaultStopPct: decimalOf(riskKeys.defaultStopPct).nullable(),
  maxStopDistancePct: decimalOf(riskKeys.maxStopDistancePct),
  maxEntryDeviationPct: decimalOf(riskKeys.maxEntryDeviationPct),
  minLiquidationBufferPct: decimalOf(riskKeys.minLiquidationBufferPct),
  maxOrdersPerMinute: countOf(riskKeys.maxOrdersPerMinute),
  allowCross: z.boolean(),
  allowSymbols: symbols,
  denySymbols: symbols,
} satisfies Record<RiskKey, z.ZodType>;

const complete = z.strictObject(fields);

export type RiskSettings = z.output<typeof complete>;

/** What a file, a channel or `/risk set` really says; unknown keys are errors, absent keys are left to the layer below. */
export const riskOverrides = complete.partial();
export type RiskOverrides = z.output<typeof riskOverrides>;

export const riskDefaults: RiskSettings = complete.parse(
  Object.fromEntries(Object.entries(riskKeys).map(([key, info]) => [key, info.default])),
);

/**
 * The rule that spans keys, to be asked of settings whose layers are merged: without a required stop there must be
 * one to fall back to (`stop_needed`). The key that breaks it; null when it holds.
 */
export function riskConflict(settings: RiskSettings): RiskKey | null {
  return settings.requireStopLoss || settings.defaultStopPct !== null ? null : 'requireStopLoss';
}

/** The `risk:` block with its defaults filled in and the rule across keys checked. */
export const riskSettings = riskOverrides.transform((block, context): RiskSettings => {
  const settings = mergeRisk(block);
  const conflict = riskConflict(settings);
  if (conflict) context.addIssue({ code: 'custom', path: [conflict], ...refusal('stop_needed') });
  return settings;
});

/** Later layers win; keys that a layer does not have are left alone. */
export function mergeRisk(...layers: readonly RiskOverrides[]): RiskSettings {
  const merged = { ...riskDefaults };
  for (const layer of layers) Object.assign(merged, present(layer));
  return merged;
}

function present(layer: RiskOverrides): Partial<RiskSettings> {
  return Object.fromEntries(Object.entries(layer).filter(([, value]) => value !== undefined));
}

export type Mode = 'confirm' | 'auto' | 'observe';

/** One entry of `signals:` as the config file has it, parsed; `maxAge` in milliseconds. */
export interface ChannelBlock {
  channel: string;
  name: string;
  authors: readonly string[];
  market: Market;
  mode: Mode;
  maxAge: number;
  risk: RiskOverrides;
  trading: TradingOverrides;
}

/** The settings that hold in one channel, every layer applied. */
export interface ChannelSettings {
  channelId: string;
  name: string;
  market: Market;
  mode: Mode;
  maxAgeMs: number;
  authors: readonly string[];
  risk: RiskSettings;
  trading: TradingSettings;
  /** Settings without the channel's block: its account-wide keys bind beside the channel's own. */
  accountRisk: RiskSettings;
  /** The risk keys that the channel's block sets; account-wide ones among them bound this channel alone. */
  ownRiskKeys: readonly RiskKey[];
}

/** True when going from one value to the other lets more risk through; then `/risk set` asks first. */
export function loosens<K extends RiskKey>(key: K, from: RiskSettings[K], to: RiskSettings[K]): boolean {
  const info: RiskKeyInfo = riskKeys[key];
  switch (info.looser) {
    case 'higher':
      return weight(info, to).gt(weight(info, from));
    case 'lower':
      return weight(info, to).lt(weight(info, from));
    case 'allow':
      return allowsMore(asList(from), asList(to));
    case 'deny':
      return asList(from).some((symbol) => !asList(to).includes(symbol));
  }
}

type RiskValue = RiskSettings[RiskKey];

/** A value on one scale: null (never) below everything, a rule switched off above everything. */
function weight(info: RiskKeyInfo, value: RiskValue): Decimal {
  if (value === null) return new Decimal(-1);
  if (typeof value === 'boolean') return new Decimal(value ? 1 : 0);
  if (Array.isArray(value)) return new Decimal(value.length);
  const number = new Decimal(value);
  return info.zeroIsOff && number.isZero() ? new Decimal(Number.POSITIVE_INFINITY) : number;
}

function asList(value: RiskValue): readonly string[] {
  return Array.isArray(value) ? value : [];
}

/** An empty list allows every symbol. */
function allowsMore(from: readonly string[], to: readonly string[]): boolean {
  if (from.length === 0) return false;
  return to.length === 0 || to.some((symbol) => !from.includes(symbol));
}
