import { mergeTrading, type TradingKey, type TradingOverrides } from '../trading/settings.ts';
import {
  type ChannelBlock,
  type ChannelSettings,
  loosens,
  mergeRisk,
  type RiskKey,
  type RiskOverrides,
  type RiskSettings,
  riskKeys,
} from './settings.ts';
import { isListed } from './symbol-lists.ts';

/** Where settings come from, weakest first: defaults, the file, the channel's block, `/risk set`. */
export interface SettingLayers {
  /** The `risk:` and `trading:` blocks of the file. */
  file: { risk: RiskOverrides; trading: TradingOverrides };
  /** The channel's entry in `signals:`. */
  channel: ChannelBlock;
  /** Values of `/risk set`. */
  set: RiskOverrides;
}

export type Origin = 'default' | 'file' | 'channel' | 'set';

/** The settings of one channel. A `/risk set` value wins over the file, except where the channel's own is stricter. */
export function resolveChannel({ file, channel, set }: SettingLayers): ChannelSettings {
  const accountRisk = accountSettings(file.risk, set);
  const risk = { ...accountRisk };
  const ownRiskKeys = keysOf(channel.risk);
  for (const key of ownRiskKeys) adopt(risk, key, channel.risk, set);
  Object.assign(risk, listsOf(channel.risk, set, risk));
  return {
    channelId: channel.channel,
    name: channel.name,
    market: channel.market,
    mode: channel.mode,
    maxAgeMs: channel.maxAge,
    authors: channel.authors,
    risk,
    trading: mergeTrading(file.trading, channel.trading),
    accountRisk,
    ownRiskKeys,
  };
}

/** The account's settings: what `/risk show` lists without a channel. */
export function accountSettings(file: RiskOverrides, set: RiskOverrides): RiskSettings {
  return mergeRisk(file, set);
}

/** Which layer a channel's risk value comes from. */
export function riskOrigin(key: RiskKey, { file, channel, set }: SettingLayers): Origin {
  if (channel.risk[key] !== undefined && channelHolds(key, channel.risk, set)) return 'channel';
  if (set[key] !== undefined) return 'set';
  return file.risk[key] !== undefined ? 'file' : 'default';
}

export function tradingOrigin(key: TradingKey, { file, channel }: SettingLayers): Origin {
  if (channel.trading[key] !== undefined) return 'channel';
  return file.trading[key] !== undefined ? 'file' : 'default';
}

function keysOf(overrides: RiskOverrides): RiskKey[] {
  return (Object.keys(riskKeys) as RiskKey[]).filter((key) => overrides[key] !== undefined);
}

function adopt<K extends RiskKey>(risk: RiskSettings, key: K, own: RiskOverrides, set: RiskOverrides): void {
  const value = own[key] as RiskSettings[K] | undefined;
  if (value !== undefined && channelHolds(key, own, set)) risk[key] = value;
}

/** The channel's own value stands unless a set value is as strict or stricter. */
function channelHolds<K extends RiskKey>(key: K, own: RiskOverrides, set: RiskOverrides): boolean {
  const ownValue = own[key] as RiskSettings[K] | undefined;
  const setValue = set[key] as RiskSettings[K] | undefined;
  return ownValue !== undefined && (setValue === undefined || loosens(key, ownValue, setValue));
}

/**
 * Two lists need not be stricter or looser than each other. A symbol passes only where both let it: denials add up,
 * and of what the channel allows stays what `/risk set` allows, too. Since an empty list would allow all, what neither
 * leaves is denied.
 */
function listsOf(
  own: RiskOverrides,
  set: RiskOverrides,
  merged: RiskSettings,
): Pick<RiskSettings, 'allowSymbols' | 'denySymbols'> {
  const denied = new Set([...merged.denySymbols, ...(set.denySymbols ?? [])]);
  const setAllowed = set.allowSymbols ?? [];
  if (own.allowSymbols === undefined || setAllowed.length === 0)
    return { allowSymbols: merged.allowSymbols, denySymbols: [...denied] };
  const allowSymbols = merged.allowSymbols.flatMap((entry) => {
    if (isListed(setAllowed, entry)) return [entry];
    // Of a coin those of its symbols that are allowed by name.
    const narrower = setAllowed.filter((symbol) => isListed([entry], symbol));
    if (narrower.length > 0) return narrower;
    denied.add(entry);
    return [entry];
  });
  return { allowSymbols, denySymbols: [...denied] };
}
