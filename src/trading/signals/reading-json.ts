import type { Decimal } from '../decimal.ts';
import type { Entry, Level, Reading, Signal, Target, Update } from '../model.ts';

/** What the `parse` command writes for a message; amounts are decimal strings without separators or exponents. */
export function readingToJson(id: string | number | undefined, reading: Reading): object {
  const head = id === undefined ? { kind: reading.kind } : { id, kind: reading.kind };
  switch (reading.kind) {
    case 'signal':
      return { ...head, signals: reading.signals.map(signalToJson) };
    case 'update':
      return { ...head, updates: reading.updates.map(updateToJson) };
    case 'invalid':
      return { ...head, reason: reading.reason };
    case 'none':
      return head;
  }
}

const text = (amount: Decimal): string => amount.toFixed();

function signalToJson(signal: Signal): object {
  return {
    symbol: signal.symbol,
    side: signal.side,
    entry: entryToJson(signal.entry),
    trigger: signal.trigger,
    stopLoss: signal.stopLoss === null ? null : levelToJson(signal.stopLoss),
    takeProfits: signal.takeProfits.map(targetToJson),
    leverage: signal.leverage,
    marginMode: signal.marginMode,
  };
}

function entryToJson(entry: Entry): object {
  switch (entry.type) {
    case 'market':
      return { type: 'market' };
    case 'limit':
      return {
        type: 'limit',
        prices: entry.prices.map(text),
        ...(entry.shares === undefined ? {} : { shares: entry.shares.map(text) }),
      };
    case 'zone':
      return { type: 'zone', low: text(entry.low), high: text(entry.high) };
  }
}

const levelToJson = (level: Level): object =>
  'price' in level ? { price: text(level.price) } : { percent: text(level.percent) };

const targetToJson = (target: Target): object => ({
  ...levelToJson(target),
  ...(target.share === undefined ? {} : { share: text(target.share) }),
});

function updateToJson(update: Update): object {
  return {
    action: update.action,
    symbol: update.symbol,
    ...(update.fraction === undefined ? {} : { fraction: text(update.fraction) }),
    ...(update.price === undefined ? {} : { price: text(update.price) }),
    ...(update.takeProfits === undefined ? {} : { takeProfits: update.takeProfits.map(text) }),
    ...(update.scope === undefined ? {} : { scope: update.scope }),
    ...(update.except === undefined ? {} : { except: update.except }),
  };
}
