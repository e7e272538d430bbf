import { describe, expect, it } from 'vitest';
import { Decimal } from '../../../src/trading/decimal.ts';
import type { Instrument, SpotFilters } from '../../../src/trading/exchange.ts';
import { gridOf } from '../../../src/trading/lifecycle/filters.ts';
import { spotBench } from '../spot/bench.ts';
import { bench, opened } from './bench.ts';
import { standardTerms } from './fixtures.ts';

type Change = Partial<
  Record<'tickSize' | 'stepSize' | 'minQuantity' | 'minNotional' | 'marketStepSize', string>
>;

function listed(change: Change = {}, spot?: Partial<SpotFilters>): Instrument {
  const grid = Object.fromEntries(Object.entries(change).map(([key, value]) => [key, new Decimal(value)]));
  const none = new Decimal(0);
  const most = new Decimal(1_000);
  return {
    ...gridOf(standardTerms()),
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    status: 'trading',
    minPrice: none,
    maxPrice: most,
    maxQuantity: most,
    marketMinQuantity: none,
    priceUp: most,
    priceDown: none,
    ...(spot
      ? {
          spot: {
            stopMarket: true,
            averageMinutes: 5,
            lists: true,
            attaches: true,
            maxAlgoOrders: 5,
            maxLists: 20,
            sellUp: most,
            sellDown: none,
            ...spot,
          },
        }
      : {}),
    ...grid,
  };
}

const filters = (change: Change, spot?: Partial<SpotFilters>) =>
  ({ type: 'filters', instrument: listed(change, spot) }) as const;

describe('filters that change under an open trade', () => {
  it('GIVEN another tick THEN stop and targets move to it, the stop nearer and the new one before the old', () => {
    const b = opened({
      stop: '90.3',
      targets: [
        ['110.4', '50'],
        ['120', '50'],
      ],
    });
    expect(b.send(filters({ tickSize: '1' }))).toEqual(['place stop 1 @91', 'cancel target 0.5 @110.4']);
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.live('stop')).toEqual(['stop 1 @91']);
    b.acceptAll('target');
    expect(b.live('target').sort()).toEqual(['target 0.5 @110', 'target 0.5 @120']);
    b.fill(b.order('target'), '0.5', '110');
    // 100.100…, up to the new tick.
    expect(b.trade.stopPrice.toString()).toBe('101');
  });

  it('GIVEN a short THEN its stop moves down to the tick and its targets up', () => {
    const b = opened({ side: 'short', stop: '110.5', targets: [['89.5', '100']] });
    b.send(filters({ tickSize: '1' }));
    expect([b.trade.stopPrice.toString(), b.trade.targets[0]?.price.toString()]).toEqual(['110', '90']);
  });

  it('GIVEN a larger step THEN what is ordered from now on is on it', () => {
    const b = opened({
      entries: [['market', null, '0.025']],
      targets: [
        ['2000', '50'],
        ['3000', '50'],
      ],
    });
    b.send(filters({ stepSize: '0.01', minQuantity: '0.01', marketStepSize: '0.01' }));
    b.endAllCancelled();
    b.wait(6_000);
    b.acceptAll('target');
    // It covers more than a new one could.
    expect(b.live('stop')).toEqual(['stop 0.025 @90']);
    expect(b.live('target').sort()).toEqual(['target 0.01 @2000', 'target 0.01 @3000']);
    b.request({ type: 'move_stop', price: new Decimal(95), confirmed: true });
    b.acceptAll('stop');
    b.endAllCancelled();
    expect(b.live('stop')).toEqual(['stop 0.02 @95']);
    const close = { type: 'close', fraction: new Decimal(1), reason: 'user' } as const;
    expect(b.request(close)).toContain('place close 0.02');
  });

  it('GIVEN a stop that was refused by them THEN it is placed by the new ones at once', () => {
    const b = bench({ stop: '90.3' });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.fill(b.order('entry'), '1', '100');
    b.refuse(b.order('stop'), -4014);
    expect(b.send(filters({ tickSize: '1' }))).toContain('place stop 1 @91');
    expect(b.trade.stopRefusals).toBe(0);
  });

  it('GIVEN a larger minimum THEN targets that are too small now go together', () => {
    const b = opened();
    b.send(filters({ minNotional: '60' }));
    b.endAllCancelled();
    b.wait(600);
    b.acceptAll('target');
    expect(b.live('target')).toEqual(['target 1 @120']);
  });

  it('GIVEN the same ones THEN nothing changes, GIVEN a trade that is over THEN nothing either', () => {
    const b = opened();
    const before = b.trade;
    expect(b.send(filters({}))).toEqual([]);
    expect(b.trade).toBe(before);
  });
});

describe('on spot', () => {
  it('GIVEN another tick, and no more stops at market THEN the covers stand by them', () => {
    const b = spotBench({ stop: '90.3', targets: [['110.4', '100']] });
    b.send({ type: 'begin' });
    b.accept(b.order('entry'));
    b.buy('1', '100');
    b.takeAll();
    b.wait(600);
    b.cancelAll();
    b.takeAll();
    expect(b.order('stop').type).toBe('stop_market');
    b.send(filters({ tickSize: '1' }, { stopMarket: false }));
    b.cancelAll();
    b.takeAll();
    const [stop, target] = [b.order('stop'), b.order('target')];
    expect([stop.type, stop.triggerPrice?.toString(), stop.price?.toString()]).toEqual([
      'stop_limit',
      '91',
      '88',
    ]);
    expect(target.price?.toString()).toBe('110');
    expect(stop.status).toBe('working');
  });
});
