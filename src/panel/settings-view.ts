import type { Catalogue } from '../bot/locales/index.ts';
import { showSetting } from '../bot/risk-values.ts';
import { isRiskKey, type Settings } from '../bot/settings.ts';
import { type ChannelSettings, type RiskSettings, riskKeys } from '../risk/settings.ts';
import { Decimal } from '../trading/decimal.ts';
import { formatDuration } from '../trading/duration.ts';
import type { TradingKey, TradingSettings } from '../trading/settings.ts';

/** All settings as they hold now, under the names that the config file has for them. */
export type SettingsView = ReturnType<typeof settingsOf>;

export interface SettingRow {
  key: string;
  value: string;
  origin: string;
}

export function settingsOf(settings: Settings, t: Catalogue) {
  return {
    general: general(settings, t),
    risk: riskRows(settings, settings.account(), null, t),
    channels: settings.channels().map((channel) => channelView(settings, channel, t)),
  };
}

function channelView(settings: Settings, channel: ChannelSettings, t: Catalogue) {
  const { name, channelId, market, mode, maxAgeMs, authors, risk, trading } = channel;
  return {
    name,
    channelId,
    market,
    mode,
    maxAge: formatDuration(maxAgeMs),
    authors: authors.length,
    rows: [
      ...riskRows(settings, risk, channelId, t),
      ...(Object.keys(trading) as TradingKey[]).map((key) => ({
        key,
        value: showTrading(key, trading, t),
        origin: t.command.origins[settings.tradingOrigin(key, channelId)],
      })),
    ],
  };
}

function riskRows(
  settings: Settings,
  risk: RiskSettings,
  channelId: string | null,
  t: Catalogue,
): SettingRow[] {
  return Object.keys(riskKeys)
    .filter(isRiskKey)
    .map((key) => ({
      key,
      value: showSetting(key, risk, t),
      origin: t.command.origins[settings.origin(key, channelId)],
    }));
}

function showTrading(key: TradingKey, settings: TradingSettings, t: Catalogue): string {
  const value = settings[key];
  if (value === null) return t.command.none;
  if (Array.isArray(value)) return value.map((share) => `${share.toFixed()}%`).join(', ');
  if (key === 'entryTimeout') return formatDuration(settings.entryTimeout);
  if (key === 'leverage') return `${settings.leverage}x`;
  if (key === 'breakEvenAfter' && value === 0) return t.command.off;
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, part]) => `${name}: ${new Decimal(part).toFixed()}`)
      .join(', ');
  }
  return String(value);
}

/** The address of the heartbeat is as good as a password: only its host is shown. */
function general(settings: Settings, t: Catalogue): { key: string; value: string }[] {
  const { guild, language, timezone, operators, channels, alerts, confirm } = settings.config();
  const list = (values: readonly string[]) => values.join(', ') || t.command.none;
  const { viewers } = operators;
  return Object.entries({
    guild,
    language,
    timezone,
    'operators.users': list(operators.users),
    'operators.roles': list(operators.roles),
    'operators.viewers': list([...viewers.users, ...viewers.roles]),
    'channels.trades': channels.trades,
    'channels.alerts': channels.alerts ?? t.command.none,
    'alerts.dm': list(alerts.dm),
    'alerts.summaryAt': alerts.summaryAt ?? t.command.none,
    'alerts.nearStopPct': alerts.nearStopPct === null ? t.command.none : `${alerts.nearStopPct.toFixed()}%`,
    'alerts.heartbeatUrl':
      alerts.heartbeatUrl === null ? t.command.none : `${new URL(alerts.heartbeatUrl).origin}/…`,
    'confirm.timeout': formatDuration(confirm.timeout),
  }).map(([key, value]) => ({ key, value }));
}
