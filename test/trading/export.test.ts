import { expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { exportedTrade, fillsCsv, tradesCsv, tradesJson } from '../../src/trading/export.ts';
import { aFill, anOrder, aTrade, d } from '../bot/fakes.ts';

const AT = Date.UTC(2026, 10, 26, 8);

const closed = {
  ...aTrade(),
  phase: 'closed' as const,
  closeReason: 'targets' as const,
  closedAt: AT,
  source: { ...aTrade().source, channel: '=cmd' },
  orders: [
    anOrder({ status: 'filled', executed: d('0.05') }),
    anOrder({ clientId: 'sb-x-0-t0-0', role: 'target', status: 'filled', executed: d('0.05') }),
  ],
  fills: [
    aFill({ at: AT - 1_000 }),
    aFill({
      tradeId: '2',
      clientId: 'sb-x-0-t0-0',
      action: 'SELL',
      price: d(62_000),
      realisedPnl: d(100),
      commission: d('0.001'),
      commissionAsset: 'BNB',
      at: AT,
    }),
  ],
  funding: d('-2'),
};

/** Name → text, of each line. */
function rows(text: string): Record<string, string | undefined>[] {
  const [header = '', ...lines] = text.replace('\uFEFF', '').trimEnd().split('\r\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((value, at) => [names[at], value])));
}

test('a trade is a line with its result, and no text of others is a formula', () => {
  expect(rows(tradesCsv([exportedTrade(closed)]).join(''))).toEqual([
    expect.objectContaining({
      trade: closed.id,
      channel: "'=cmd",
      symbol: 'BTCUSDT',
      side: 'long',
      closed: '2026-11-26T08:00:00.000Z',
      reason: 'targets',
      quantity: '0.05',
      averageEntry: '60000',
      averageExit: '62000',
      beforeCosts: '100',
      fees: '1.5',
      otherFees: '0.001 BNB',
      funding: '-2',
      net: '96.5',
    }),
  ]);
});

test('a fill is a line with the role of its order', () => {
  expect(rows(fillsCsv([exportedTrade(closed)]).join(''))).toMatchObject([
    { trade: closed.id, role: 'entry', action: 'BUY', price: '60000', quantity: '0.05', commission: '1.5' },
    { trade: closed.id, role: 'target', action: 'SELL', commission: '0.001', commissionAsset: 'BNB' },
  ]);
});

test('JSON has the same rows, amounts as text without exponents', () => {
  const tiny = { ...closed, funding: new Decimal('0.0000000001') };
  const { exported, trades } = JSON.parse(tradesJson([exportedTrade(tiny)], AT).join(''));
  expect(exported).toBe('2026-11-26T08:00:00.000Z');
  expect(trades).toMatchObject([
    {
      trade: closed.id,
      net: '98.5000000001',
      funding: '0.0000000001',
      fills: [{ role: 'entry' }, { role: 'target' }],
    },
  ]);
});

test('JSON in pieces is written as JSON as a whole', () => {
  for (const trades of [[], [closed], [closed, closed]]) {
    const text = tradesJson(trades.map(exportedTrade), AT).join('');
    if (trades.length > 0) expect(text).toBe(`${JSON.stringify(JSON.parse(text), null, 1)}\n`);
    expect(JSON.parse(text).trades).toHaveLength(trades.length);
  }
});
