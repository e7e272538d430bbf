import { accountSettings, type Origin, resolveChannel, riskOrigin, tradingOrigin } from '../risk/channel.ts';
import {
  type ChannelBlock,
  type ChannelSettings,
  type RiskKey,
  type RiskOverrides,
  type RiskSettings,
  riskConflict,
  riskKeys,
  riskOverrides,
} from '../risk/settings.ts';
import type { TradingKey } from '../trading/settings.ts';
import type { BotConfig, Collection, ConfigSource, Log, Now } from './ports.ts';
import type { Override } from './records.ts';

export type SetResult =
  /** For the account, and as it comes out in each channel, by id. */
  | ({ kind: 'ok'; channels: ReadonlyMap<string, SettingsChange> } & SettingsChange)
  /** `value`: not what the key takes; `no_stop`: neither a required stop nor one to fall back to would be left. */
  | { kind: 'invalid'; why: 'value' | 'no_stop' };

export interface SettingsChange {
  from: RiskSettings;
  to: RiskSettings;
}

/** Who has set a value, and when. */
export type SetBy = Pick<Override, 'by' | 'at'>;

/** The settings as they hold now: the file's, each channel's, and on top what `/risk set` has changed. */
export class Settings {
  readonly #config: ConfigSource;
  readonly #overrides: Collection<Override>;
  readonly #now: Now;
  readonly #log: Log;
  #set: RiskOverrides = {};
  readonly #setBy = new Map<RiskKey, SetBy>();
  #resolved: {
    config: BotConfig;
    set: RiskOverrides;
    channels: ReadonlyMap<string, ChannelSettings>;
  } | null = null;

  constructor(deps: { config: ConfigSource; overrides: Collection<Override>; now: Now; log: Log }) {
    this.#config = deps.config;
    this.#overrides = deps.overrides;
    this.#now = deps.now;
    this.#log = deps.log;
  }

  async start(): Promise<void> {
    for (const [key, row] of await this.#overrides.all()) {
      const parsed = riskOverrides.safeParse({ [key]: row.value });
      if (parsed.success && isRiskKey(key)) {
        this.#set = { ...this.#set, ...parsed.data };
        this.#setBy.set(key, row);
      } else this.#log.error({ key }, 'a stored setting is not valid any more and is ignored');
    }
  }

  config(): BotConfig {
    return this.#config.current();
  }

  /** The settings of a signal channel; null when it is not one. */
  channel(channelId: string): ChannelSettings | null {
    return this.#channels().get(channelId) ?? null;
  }

  channels(): ChannelSettings[] {
    return [...this.#channels().values()];
  }

  /** Worked out once for each config and what is set: neither changes in place, and every message asks several times. */
  #channels(): ReadonlyMap<string, ChannelSettings> {
    const config = this.config();
    const set = this.#set;
    if (this.#resolved?.config !== config || this.#resolved.set !== set) {
      const resolved = config.signals.map((channel) => resolveChannel({ file: config, channel, set }));
      this.#resolved = { config, set, channels: new Map(resolved.map((one) => [one.channelId, one])) };
    }
    return this.#resolved.channels;
  }

  /** By its name or by its id. */
  channelNamed(name: string): ChannelSettings | null {
    const wanted = name.replace(/^<#(\d+)>$/, '$1');
    return this.channels().find((channel) => channel.name === wanted || channel.channelId === wanted) ?? null;
  }

  account(): RiskSettings {
    return accountSettings(this.config().risk, this.#set);
  }

  origin(key: RiskKey, channelId: string | null): Origin {
    const config = this.config();
    const channel = config.signals.find((signals) => signals.channel === channelId);
    if (channel) return riskOrigin(key, { file: config, channel, set: this.#set });
    if (this.isSet(key)) return 'set';
    return config.risk[key] === undefined ? 'default' : 'file';
  }

  /** Of a signal channel. */
  tradingOrigin(key: TradingKey, channelId: string): Origin {
    const config = this.config();
    const channel = config.signals.find((signals) => signals.channel === channelId);
    if (channel) return tradingOrigin(key, { file: config, channel, set: this.#set });
    return config.trading[key] === undefined ? 'default' : 'file';
  }

  isSet(key: RiskKey): boolean {
    return this.#set[key] !== undefined;
  }

  /** Null where `/risk set` has not. */
  setBy(key: RiskKey): SetBy | null {
    return this.#setBy.get(key) ?? null;
  }

  /** What would hold with this value; nothing is changed. `value` is as the file would have it. */
  tryValue(key: RiskKey, value: Override['value']): SetResult {
    const parsed = riskOverrides.safeParse({ [key]: value });
    if (!parsed.success) return { kind: 'invalid', why: 'value' };
    return this.#tryLayer({ ...this.#set, ...parsed.data });
  }

  tryReset(key: RiskKey): SetResult {
    return this.#tryLayer(without(this.#set, key));
  }

  /** Durable before it takes effect. */
  async set(key: RiskKey, value: Override['value'], by: string): Promise<SetResult> {
    const result = this.tryValue(key, value);
    if (result.kind === 'invalid') return result;
    const at = this.#now();
    await this.#overrides.set(key, { value, by, at });
    this.#setBy.set(key, { by, at });
    this.#set = { ...this.#set, ...riskOverrides.parse({ [key]: value }) };
    return result;
  }

  async reset(key: RiskKey): Promise<SetResult> {
    const result = this.tryReset(key);
    if (result.kind === 'invalid') return result;
    await this.#overrides.delete(key);
    this.#setBy.delete(key);
    this.#set = without(this.#set, key);
    return result;
  }

  #tryLayer(set: RiskOverrides): SetResult {
    const config = this.config();
    const to = accountSettings(config.risk, set);
    const riskIn = (layer: RiskOverrides, channel: ChannelBlock) =>
      resolveChannel({ file: config, channel, set: layer }).risk;
    const channels = new Map(
      config.signals.map((channel) => [
        channel.channel,
        { from: riskIn(this.#set, channel), to: riskIn(set, channel) },
      ]),
    );
    const after = [to, ...[...channels.values()].map((change) => change.to)];
    if (after.some((settings) => riskConflict(settings) !== null)) return { kind: 'invalid', why: 'no_stop' };
    return { kind: 'ok', from: this.account(), to, channels };
  }
}

export function isRiskKey(key: string): key is RiskKey {
  return Object.hasOwn(riskKeys, key);
}

function without(overrides: RiskOverrides, key: RiskKey): RiskOverrides {
  return Object.fromEntries(Object.entries(overrides).filter(([other]) => other !== key));
}
