import type { Incident } from '../incidents.ts';
import type { AlertCode, DeskEvent } from '../trading/desk-types.ts';
import type { Collection, Log, Now } from './ports.ts';
import { type AlertKind, type AlertLevel, type AlertLevelRow, alertKinds } from './records.ts';

/** What protects money, or tells that nothing else would be told, can be made quiet and never be switched off. */
const NEVER_OFF: ReadonlySet<AlertKind> = new Set(['elsewhere', 'protection', 'problems']);

export function mayBeOff(kind: AlertKind): boolean {
  return !NEVER_OFF.has(kind);
}

export function isAlertKind(text: string): text is AlertKind {
  return alertKinds.some((kind) => kind === text);
}

/** How loudly each kind of alert is told; `on` unless somebody has said otherwise. Kept over a restart. */
export class AlertLevels {
  readonly #rows: Collection<AlertLevelRow>;
  readonly #now: Now;
  readonly #log: Log;
  readonly #levels = new Map<AlertKind, AlertLevel>();

  constructor(rows: Collection<AlertLevelRow>, now: Now, log: Log) {
    this.#rows = rows;
    this.#now = now;
    this.#log = log;
  }

  async start(): Promise<void> {
    for (const [kind, { level }] of await this.#rows.all()) {
      if (isAlertKind(kind)) this.#levels.set(kind, level);
      else this.#log.error({ kind }, 'a stored alert level is of no kind that is known');
    }
  }

  of(kind: AlertKind): AlertLevel {
    const level = this.#levels.get(kind) ?? 'on';
    return level === 'off' && !mayBeOff(kind) ? 'on' : level;
  }

  /** Durable before it takes effect. Answers with what held before; null where this kind cannot be off. */
  async set(kind: AlertKind, level: AlertLevel, by: string): Promise<AlertLevel | null> {
    if (level === 'off' && !mayBeOff(kind)) return null;
    const before = this.of(kind);
    await this.#rows.set(kind, { level, by, at: this.#now() });
    this.#levels.set(kind, level);
    return before;
  }
}

const PROTECTION: ReadonlySet<AlertCode> = new Set<AlertCode>([
  'stop_refused',
  'stop_crossed',
  'stop_unplaceable',
  'stop_move_refused',
  'stop_lost',
  'stop_unreachable',
  'close_refused',
  'orders_late',
  'position_mismatch',
  'key_refused',
  'account_changed',
  'holding_too_small',
]);

type Alert = Extract<DeskEvent, { type: 'alert' }>;
type Recovered = Extract<DeskEvent, { type: 'recovered' }>;

export function kindOfAlert({ level, code }: Pick<Alert, 'level' | 'code'>): AlertKind {
  return level === 'critical' || PROTECTION.has(code) ? 'protection' : 'warnings';
}

/** What keeps stops from being managed, or fills from being heard, is about protection. */
export function kindOfIncident({ part }: Pick<Incident, 'part'>): AlertKind {
  switch (part) {
    case 'stream':
    case 'exchange':
    case 'store':
    case 'program':
    case 'paper_exchange':
      return 'protection';
    case 'gateway':
    case 'panel':
      return 'warnings';
  }
}

/** A start that found nothing, or only what had filled, is no more than news. */
export function kindOfRecovery({ lines }: Pick<Recovered, 'lines'>): AlertKind {
  const harmless = [
    'fill_found',
    'exit_found',
    'funding_found',
    'entry_adopted',
    'stop_with_entry',
    'exits_with_entry',
    'trade_over',
    'order_swept',
  ];
  return lines.every(({ code }) => harmless.includes(code)) ? 'recoveries' : 'protection';
}
