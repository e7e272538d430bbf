import { afterEach, expect, test } from 'vitest';
import { Decimal } from '../../src/trading/decimal.ts';
import { LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

interface Given {
  code: string;
  says: string;
  channel?: string;
  signal: string;
}

const levels = (entry: number, target: number, stop: number): string =>
  `\nEntry: ${entry}\nTP1: ${target}\nSL: ${stop}`;

const BY_THE_SIGNAL_ALONE: readonly Given[] = [
  { code: 'symbol_not_listed', says: 'FOOUSDT', signal: `#FOO/USDT LONG${levels(1, 1.2, 0.9)}` },
  {
    code: 'symbol_denied',
    says: 'denySymbols',
    channel: 'picky',
    signal: `#DOGE/USDT LONG${levels(0.1, 0.12, 0.09)}`,
  },
  { code: 'symbol_halted', says: 'LINKUSDT', signal: `#LINK/USDT LONG${levels(20, 22, 19)}` },
  {
    code: 'short_on_spot',
    says: 'BTCUSDT',
    channel: 'coins',
    signal: `#BTC/USDT SHORT${levels(61_000, 60_000, 62_000)}`,
  },
  { code: 'no_stop', says: 'requireStopLoss', signal: '#BTC/USDT LONG\nEntry: 60000\nTP1: 61000' },
  { code: 'stop_too_far', says: '33.333%', signal: `#BTC/USDT LONG${levels(60_000, 61_000, 40_000)}` },
  {
    code: 'entry_too_far',
    says: 'maxEntryDeviationPct',
    signal: `#BTC/USDT LONG${levels(50_000, 51_000, 49_000)}`,
  },
  { code: 'target_passed', says: '60400', signal: `#BTC/USDT LONG${levels(60_000, 60_400, 59_000)}` },
  {
    code: 'reward_too_small',
    says: 'minRewardRisk',
    channel: 'rewarding',
    signal: `#BTC/USDT LONG${levels(60_000, 61_001, 59_001)}`,
  },
  {
    code: 'size_too_small',
    says: 'riskPerTradePct',
    channel: 'tiny',
    signal: `#BTC/USDT LONG${levels(60_000, 61_002, 59_002)}`,
  },
  {
    code: 'notional_limit',
    says: 'maxPositionNotionalPct',
    channel: 'flat',
    signal: `#BTC/USDT LONG${levels(60_000, 61_003, 59_003)}`,
  },
  {
    code: 'risk_limit',
    says: 'maxTotalRiskPct',
    channel: 'careful',
    signal: `#BTC/USDT LONG${levels(60_000, 61_004, 59_004)}`,
  },
  {
    code: 'order_rate',
    says: 'maxOrdersPerMinute',
    channel: 'slow',
    signal: '#BTC/USDT LONG\nEntry: 59000 - 60000\nTP1: 61000\nSL: 58000',
  },
  {
    code: 'liquidation_too_near',
    says: 'minLiquidationBufferPct',
    channel: 'wide',
    signal: `#ETH/USDT SHORT${levels(3_000, 2_400, 3_600)}`,
  },
  { code: 'foreign_position', says: 'SOLUSDT', signal: `#SOL/USDT LONG${levels(150, 160, 140)}` },
];

const CHANNELS = {
  picky: ['risk: { denySymbols: [DOGEUSDT] }'],
  coins: ['market: spot'],
  rewarding: ['risk: { minRewardRisk: 3 }'],
  tiny: ['risk: { riskPerTradePct: 0.001 }'],
  flat: ['risk: { maxPositionNotionalPct: 0.1 }'],
  careful: ['risk: { maxTotalRiskPct: 0.001 }'],
  slow: ['risk: { maxOrdersPerMinute: 1 }'],
  wide: ['risk: { minLiquidationBufferPct: 1000 }'],
} as const;

test('what the signal alone decides is denied with its code, the numbers and the setting', async () => {
  await given({ start: false, channels: CHANNELS });
  const { usdm } = rig.binance;
  usdm.setStatus('LINKUSDT', 'SETTLING');
  usdm.setPrice('SOLUSDT', { last: new Decimal(150) });
  const own = {
    symbol: 'SOLUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '1',
    price: '140',
    timeInForce: 'GTC',
  };
  usdm.placeOrder(new Map(Object.entries(own)));
  await rig.start();
  for (const { signal, channel } of BY_THE_SIGNAL_ALONE) rig.post(signal, channel ? { channel } : {});
  for (const { code, says } of BY_THE_SIGNAL_ALONE) {
    const denied = await rig.says('Denied', `${code}:`, says);
    expect(denied.content, code).toContain('https://discord.com/channels/');
  }
  expect(rig.count('Denied')).toBe(BY_THE_SIGNAL_ALONE.length);
  expect(rig.orders()).toEqual([]);
  expect(rig.resting('SOLUSDT')).toMatchObject([{ ours: false }]);
});

test('what other trades decide is denied with its code', async () => {
  await given({
    channels: {
      single: ['risk: { maxOpenTrades: 1 }'],
      slow: ['risk: { maxLeverage: 3, maxTradesPerSymbol: 2 }'],
    },
  });
  rig.post(LONG_BTC, { channel: 'single' });
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);

  rig.post(LONG_BTC, { channel: 'beta' });
  await rig.says('Denied', 'duplicate_signal');
  rig.post(`#BTC/USDT LONG${levels(59_900, 61_000, 59_000)}`);
  await rig.says('Denied', 'too_many_on_symbol', 'maxTradesPerSymbol');
  rig.post(`#BTC/USDT SHORT${levels(61_000, 60_000, 62_000)}`);
  await rig.says('Denied', 'opposite_position', 'closeOnOpposite');
  rig.post(`#ETH/USDT LONG${levels(2_990, 3_100, 2_900)}`, { channel: 'single' });
  await rig.says('Denied', 'too_many_trades', 'maxOpenTrades');
  rig.post(`#BTC/USDT LONG${levels(59_800, 61_000, 59_000)}`, { channel: 'slow' });
  await rig.says('Denied', 'margin_mode_conflict', 'maxLeverage');
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('a loss brings cooldown, streak and daily limit, each with its code', async () => {
  await given({
    channels: {
      cold: ['risk: { cooldown: 1h }'],
      daily: ['risk: { maxDailyLossPct: 0.5 }'],
      streak: ['risk: { maxConsecutiveLosses: 1 }'],
    },
  });
  rig.post('#BTC/USDT LONG market\nTP1: 62000\nSL: 60000', { channel: 'daily' });
  rig.post('#ETH/USDT LONG market\nTP1: 3200\nSL: 2950', { channel: 'streak' });
  await rig.eventually(
    'both are protected',
    () => rig.stops('BTCUSDT').length === 1 && rig.stops('ETHUSDT').length === 1,
  );
  rig.price('BTCUSDT', 59_990);
  rig.price('ETHUSDT', 2_949);
  await rig.says('Closed BTCUSDT LONG', 'stopped out');
  await rig.says('Closed ETHUSDT LONG', 'stopped out');

  rig.post(`#SOL/USDT LONG${levels(150, 160, 140)}`, { channel: 'daily' });
  await rig.says('Denied', 'daily_loss', 'maxDailyLossPct', 'this channel');
  rig.post(`#SOL/USDT LONG${levels(150, 161, 141)}`, { channel: 'streak' });
  await rig.says('Denied', 'loss_streak', 'maxConsecutiveLosses');
  rig.post(`#BTC/USDT LONG${levels(59_900, 61_000, 59_000)}`, { channel: 'cold' });
  await rig.says('Denied', 'cooldown', 'BTCUSDT');
});

test('margin that somebody else binds is balance_too_small', async () => {
  await given({ start: false });
  const { usdm } = rig.binance;
  usdm.setPrice('SOLUSDT', { last: new Decimal(150) });
  usdm.setLeverage(new Map(Object.entries({ symbol: 'SOLUSDT', leverage: '1' })));
  const own = {
    symbol: 'SOLUSDT',
    side: 'BUY',
    type: 'LIMIT',
    quantity: '70',
    price: '142.7',
    timeInForce: 'GTC',
  };
  usdm.placeOrder(new Map(Object.entries(own)));
  await rig.start();
  rig.post(LONG_BTC);
  await rig.says('Denied', 'balance_too_small', 'margin');
  expect(rig.orders()).toEqual([]);
});

test('while paused nothing is opened, until /resume', async () => {
  await given();
  await rig.command('pause');
  rig.post(LONG_BTC);
  await rig.says('Denied', 'paused:', 'paused by an operator');
  await rig.command('resume');
  rig.post(`#BTC/USDT LONG${levels(59_900, 61_000, 59_000)}`);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
});

test('an exchange that gives no prices is exchange_unreachable', async () => {
  await given({ maxAge: '2s' });
  const down = {
    apply: false,
    count: 0,
    answer: { kind: 'raw', status: 502, contentType: 'text/html', body: '' },
  } as const;
  rig.binance.faults.add({ method: 'GET', path: '/fapi/v1/premiumIndex', ...down });
  rig.binance.faults.add({ method: 'GET', path: '/fapi/v1/ticker/price', ...down });
  rig.post(`#SOL/USDT LONG${levels(150, 160, 140)}`);
  await rig.says('Denied', 'exchange_unreachable', 'price');
});

test('the same signal within ten minutes is a duplicate, over a restart too, but not after a denial', async () => {
  await given();
  rig.post(`#BTC/USDT LONG${levels(50_000, 51_000, 49_000)}`);
  await rig.says('Denied', 'entry_too_far');
  rig.price('BTCUSDT', 50_500);
  rig.post(`#BTC/USDT LONG${levels(50_000, 51_000, 49_000)}`);
  const card = await rig.says('BTCUSDT LONG: waiting for entry');
  await rig.press(card, 'Cancel entries');
  await rig.becomes(card, 'BTCUSDT LONG: ended');
  await rig.end('SIGKILL');
  await rig.start();
  rig.post(`#BTC/USDT LONG${levels(50_000, 52_000, 49_000)}`, { channel: 'beta' });
  await rig.says('Denied', 'duplicate_signal');
  expect(rig.entries('BTCUSDT')).toBe(1);
});

test('a contradiction is Invalid, and what the exchange refuses is Rejected with its code and text', async () => {
  await given();
  rig.post('BTC LONG\nEntry 60000\nTP 61000\nSL 62000');
  await rig.says('Invalid', 'is on the wrong side of the entry');
  rig.binance.faults.add({
    method: 'POST',
    path: '/fapi/v1/order',
    apply: false,
    answer: { kind: 'error', status: 400, code: -2019, msg: 'Margin is insufficient.' },
  });
  rig.post(LONG_BTC);
  await rig.says('Rejected', 'by the exchange: -2019 Margin is insufficient.');
  await rig.says('Ended BTCUSDT LONG');
  expect(rig.orders()).toHaveLength(1);
});
