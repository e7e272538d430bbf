import { afterEach, describe, expect, test } from 'vitest';
import { configOf, IDS, LONG_BTC, type Rig, type RigOptions, startRig } from './rig.ts';

let rig: Rig;

afterEach(() => rig.close());

const ETH = '#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900';
const MARKET_BTC = '#BTC/USDT LONG market\nTP1: 62000\nTP2: 63000\nSL: 59500';

/** The bot runs with the first file; gamma is a channel of the server either way. */
async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig({ ...options, channels: { gamma: [] }, start: false });
  await rig.writeConfig(configOf(options));
  await rig.start();
}

const told = (...words: string[]): boolean =>
  rig.dms().some((text) => text.includes('Config') && words.every((word) => text.includes(word)));

const hangUp = (): void => void process.kill(rig.pid() ?? 0, 'SIGHUP');

describe('another config file', () => {
  test('is told as what it changes, stands in the audit, and leaves open trades as they are', async () => {
    await given();
    rig.post(MARKET_BTC);
    await rig.eventually('stop and targets', () => rig.resting('BTCUSDT').length === 2);
    const before = {
      stops: rig.stops('BTCUSDT'),
      resting: rig.resting('BTCUSDT'),
      orders: rig.orders().length,
    };
    const text = configOf({
      risk: '  maxLeverage: 3\n  cooldown: 90s',
      trading: '  breakEvenAfter: 0',
      channels: { gamma: [] },
    });
    await rig.writeConfig(
      text
        .replace('confirm:\n  timeout: 120s', 'confirm:\n  timeout: 5m')
        .replace(`authors: ["${IDS.analyst}"]`, `authors: ["${IDS.analyst}", "${IDS.deputy}"]`),
    );
    await rig.eventually('the changes are told', () =>
      told(
        'risk.maxLeverage: not set → 3',
        'risk.cooldown: not set → 90s',
        'trading.breakEvenAfter: not set → 0',
        'confirm.timeout: 2m → 5m',
        `signals\\[alpha\\].authors: ${IDS.analyst} → ${IDS.analyst}, ${IDS.deputy}`,
        'signals\\[gamma\\]: new, <#',
      ),
    );
    await rig.eventually('the audit names the file', async () => {
      const audit = (await rig.command('audit')).message?.content ?? '';
      return audit.includes('config.yaml setting: risk.maxLeverage: not set → 3');
    });
    rig.post(ETH, { author: IDS.deputy });
    await rig.eventually('the new author is heard', () => rig.resting('ETHUSDT').length === 1);
    expect(rig.orders().at(-1)?.params.symbol).toBe('ETHUSDT');
    expect({
      stops: rig.stops('BTCUSDT'),
      resting: rig.resting('BTCUSDT'),
      orders: rig.orders().length - 1,
    }).toEqual(before);
  });

  test('is heard by whoever posts in the moment in which it is saved, once', async () => {
    await given();
    rig.post(LONG_BTC);
    await rig.eventually('alpha has been read', () => rig.entries('BTCUSDT') === 1);
    const text = configOf({ channels: { gamma: [] } });
    await rig.writeConfig(
      text.replace(`authors: ["${IDS.analyst}"]`, `authors: ["${IDS.analyst}", "${IDS.deputy}"]`),
    );
    // The bot cannot know of the file yet.
    rig.post(ETH, { channel: 'gamma' });
    rig.post('#SOL/USDT LONG\nEntry: 148\nTP1: 170\nSL: 140', { author: IDS.deputy });
    await rig.eventually('the new author is heard', () => rig.entries('SOLUSDT') === 1);
    await rig.eventually('the new channel is heard', () => rig.entries('ETHUSDT') === 1);
    rig.post('#BTC/USDT SHORT\nEntry: 70000\nTP1: 65000\nSL: 71000', { channel: 'gamma' });
    await rig.says('BTCUSDT SHORT');
    expect(rig.entries('ETHUSDT')).toBe(1);
    expect(rig.entries('BTCUSDT')).toBe(1);
  });

  test('that lists a channel no more and then again: what was said in between is not for us', async () => {
    await given({ channels: { gamma: [] } });
    rig.post('#SOL/USDT LONG\nEntry: 148\nTP1: 170\nSL: 140');
    await rig.says('SOLUSDT', 'Cancel entries');
    await rig.writeConfig(configOf({}));
    await rig.eventually('it is told', () => told('signals\\[gamma\\]: no longer listened to'));
    rig.post(LONG_BTC, { channel: 'gamma' });
    rig.post('good morning');
    await rig.writeConfig(configOf({ channels: { gamma: [] }, language: 'zh-CN' }));
    await rig.eventually('it is told in the new language', () => told('language: en → zh-CN', '新增'));
    await rig.says('SOLUSDT', '撤销挂单');
    rig.post(ETH, { channel: 'gamma' });
    await rig.eventually('it is heard again', () => rig.entries('ETHUSDT') === 1);
    expect(rig.entries('BTCUSDT')).toBe(0);
    expect(rig.count('BTCUSDT')).toBe(0);
  });
});

describe('SIGHUP', () => {
  test('reads the file; one that cannot be used is refused with line and reason, each time', async () => {
    await given({ mode: 'observe' });
    const text = await rig.config();
    await rig.writeConfig(text.replaceAll('mode: observe', 'mode: sometimes'));
    hangUp();
    await rig.eventually('it is refused', () => told('line', 'mode'));
    const refusals = () => rig.dms().join('\n').split('Config: ').length;
    const first = refusals();
    hangUp();
    await rig.eventually('it is refused again', () => refusals() > first);
    rig.post(LONG_BTC);
    await rig.says('Observed', 'BTCUSDT LONG');

    await rig.writeConfig(text.replaceAll('mode: observe', 'mode: auto'));
    hangUp();
    await rig.eventually('it is told', () => told('signals\\[alpha\\].mode: observe → auto'));
    rig.post(ETH);
    await rig.eventually('it trades', () => rig.entries('ETHUSDT') === 1);
  });
});

describe('secrets', () => {
  test('change with a restart, and every message posted meanwhile is read once', async () => {
    const fresh = { apiKey: 'e5f6'.repeat(16), secret: 'a7b8'.repeat(16) };
    await given();
    rig.post(MARKET_BTC);
    await rig.eventually('the stop stands', () => rig.stops('BTCUSDT').length === 1);
    await rig.says('Filled BTCUSDT LONG entry');
    const ended = rig.end('SIGTERM');
    rig.post(ETH);
    expect(await ended).toEqual({ code: 0, signal: null });
    // From here on no other key is taken.
    rig.binance.usdm.keys.register(fresh);
    rig.post('#SOL/USDT LONG\nEntry: 148\nTP1: 170\nSL: 140', { channel: 'beta' });
    const starting = rig.start({ BINANCE_API_KEY: fresh.apiKey, BINANCE_API_SECRET: fresh.secret });
    rig.post('#XRP/USDT LONG\nEntry: 0.59\nTP1: 0.7\nSL: 0.55', { channel: 'beta' });
    await starting;
    const symbols = ['ETHUSDT', 'SOLUSDT', 'XRPUSDT'];
    await rig.eventually('all are traded', () => symbols.every((symbol) => rig.entries(symbol) === 1));
    // What is read a second time would come before this one.
    rig.post('#BNB/USDT LONG\nEntry: 1\nSL: 2');
    await rig.says('Invalid');
    for (const symbol of [...symbols, 'BTCUSDT']) expect(rig.entries(symbol), symbol).toBe(1);
    expect(rig.stops('BTCUSDT')).toHaveLength(1);
  });
});
