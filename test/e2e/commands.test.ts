import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { run } from '../../src/run-record.ts';
import { openLedger } from '../../src/trading/ledger.ts';
import { IDS, LONG_BTC, type Rig, type RigOptions, SHORT_ETH, startRig } from './rig.ts';

let rig: Rig;

async function given(options: RigOptions = {}): Promise<void> {
  rig = await startRig(options);
}

afterEach(() => rig.close());

/** The text of a command's answer, embeds included. */
async function answer(...args: Parameters<Rig['command']>): Promise<string> {
  const { message } = await rig.command(...args);
  return message ? [message.content, JSON.stringify(message.embeds)].join('\n') : '';
}

/** Every command that is registered, with options that it takes; those without a row need none. */
const OPTIONS: Readonly<Record<string, Record<string, string | number>>> = {
  'risk set': { key: 'maxOpenTrades', value: '4' },
  'risk reset': { key: 'maxOpenTrades' },
  close: { symbol: 'BTCUSDT', percent: 50 },
  parse: { text: LONG_BTC },
  why: { message: '500000000000000099' },
  'watch above': { symbol: 'BTCUSDT', price: '99999' },
  'watch below': { symbol: 'BTCUSDT', price: '1' },
  'watch remove': { alert: '1' },
  'alerts set': { type: 'pauses', level: 'silent' },
};

function registered(): string[] {
  return [...rig.discord.world.commands.values()].flatMap(({ name, options }) => {
    const subcommands = options.filter(({ type }) => type === 1);
    return subcommands.length === 0 ? [name] : subcommands.map((sub) => `${name} ${sub.name}`);
  });
}

test('every command answers an operator and refuses a stranger in a line that only they see', async () => {
  await given();
  expect(registered()).toEqual(
    expect.arrayContaining([
      ...['positions', 'orders', 'pause', 'resume', 'risk show', 'risk set', 'risk reset', 'pnl'],
      ...['close', 'panic', 'status', 'parse', 'why', 'help'],
    ]),
  );
  for (const name of registered()) {
    const refused = await rig.command(name, OPTIONS[name], { user: IDS.stranger });
    expect(refused, name).toMatchObject({
      ephemeral: true,
      message: { content: 'You are not an operator of this bot.' },
    });
  }
  for (const name of registered()) {
    const { message } = await rig.command(name, OPTIONS[name]);
    expect(message?.content ?? '', name).not.toBe('');
    expect(message?.content, name).not.toContain('That did not work');
  }
});

test('a viewer may look and change nothing', async () => {
  await given();
  const user = IDS.viewer;
  for (const name of ['positions', 'orders', 'risk show', 'pnl', 'status', 'help'])
    expect(await answer(name, {}, { user }), name).not.toContain('change nothing');
  for (const name of ['pause', 'resume', 'panic', 'risk set', 'risk reset', 'close'])
    expect(await answer(name, OPTIONS[name], { user }), name).toContain(
      'Viewers may only use commands that change nothing.',
    );
});

test('commands answer in the language of the one who asks', async () => {
  await given();
  expect(await answer('positions', {}, { locale: 'zh-CN' })).toMatch(/[\u4e00-\u9fff]/);
  expect(await answer('positions', {}, { locale: 'de' })).toContain('No open trades.');
});

test('positions, orders, close and pnl tell the same story', async () => {
  await given();
  expect(await answer('positions')).toContain('No open trades.');
  rig.post('#BTC/USDT LONG market\nTP1: 61500\nTP2: 62000\nSL: 59500');
  await rig.eventually(
    'an open trade',
    () => rig.stops('BTCUSDT').length + rig.resting('BTCUSDT').length === 3,
  );
  expect(await answer('positions')).toMatch(/BTCUSDT LONG.*59500/s);
  expect(await answer('orders')).toMatch(/61500.*62000|59500.*61500/s);
  expect(await answer('close', { symbol: 'btc', percent: 50 })).toContain('BTCUSDT');
  await rig.says('Filled BTCUSDT LONG close: 0.05');
  await rig.command('close', { symbol: 'BTCUSDT' });
  await rig.says('Closed BTCUSDT LONG', 'closed by an operator');
  const pnl = await answer('pnl');
  expect(pnl).toContain('1 closed');
  expect(pnl).toMatch(/Fees/);
  expect(pnl).toMatch(/Funding/);
  expect(await answer('close', { symbol: 'BTCUSDT' })).toContain('No open trade of ours in BTCUSDT');
});

test('why tells what became of a message', async () => {
  await given();
  const { id } = rig.post('#BTC/USDT LONG\nEntry: 50000\nTP1: 51000\nSL: 49000');
  await rig.says('Denied', 'entry_too_far');
  expect(await answer('why', { message: id })).toContain('entry_too_far');
  const link = `https://discord.com/channels/${IDS.guild}/${IDS.alpha}/${id}`;
  expect(await answer('why', { message: link })).toContain('entry_too_far');
});

test('parse says what would be made of a text and trades nothing', async () => {
  await given();
  expect(await answer('parse', { text: LONG_BTC })).toMatch(/BTCUSDT LONG.*59000/s);
  expect(await answer('parse', { text: 'gm everyone' })).toContain('nothing is traded');
  expect(rig.orders()).toEqual([]);
});

test('tightening a limit is instant, loosening asks, and both outlive a restart', async () => {
  await given();
  const choices = await rig.discord.autocomplete({
    user: IDS.operator,
    channel: IDS.trades,
    name: 'risk set',
    options: { key: 'maxopen' },
    focused: 'key',
  });
  expect(choices).toEqual([{ name: expect.stringContaining('maxOpenTrades = 5'), value: 'maxOpenTrades' }]);
  expect(await answer('risk set', { key: 'maxOpenTrades', value: '1' })).toContain('maxOpenTrades: 5 → 1');

  const asked = await rig.command('risk set', { key: 'riskPerTradePct', value: '2' });
  if (asked.message === null) throw new Error('nothing was asked');
  expect(asked.message.content).toContain('1% → 2%');
  expect(await answer('risk show')).toMatch(/riskPerTradePct: \*\*1%/);
  await rig.press(asked.message, 'Confirm', IDS.deputy);
  const answered = await rig.becomes(asked.message, `<@${IDS.deputy}>`);
  expect(answered.components).toEqual([]);

  await rig.end('SIGKILL');
  await rig.start();
  const shown = await answer('risk show');
  expect(shown).toMatch(/riskPerTradePct: \*\*2%\*\* \(\/risk set\)/);
  expect(shown).toMatch(/maxOpenTrades: \*\*1\*\* \(\/risk set\)/);
  rig.post(LONG_BTC);
  await rig.eventually('twice the size', () => rig.resting('BTCUSDT')[0]?.quantity === '0.2');
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.says('Denied', 'too_many_trades');
  expect(await answer('risk set', { key: 'maxLeverage', value: 'many' })).toContain('maxLeverage');
});

test('a question that is cancelled changes nothing', async () => {
  await given();
  const asked = await rig.command('panic');
  if (asked.message === null) throw new Error('nothing was asked');
  await rig.press(asked.message, 'Cancel');
  await rig.becomes(asked.message, `Cancel: <@${IDS.operator}>`);
  rig.post(LONG_BTC);
  await rig.eventually('it still trades', () => rig.resting('BTCUSDT').length === 1);
});

test('the daily loss pauses entries, and /resume before its end asks twice', async () => {
  await given({ risk: '  maxDailyLossPct: 0.5' });
  rig.post('#BTC/USDT LONG market\nTP1: 62000\nSL: 60000');
  await rig.eventually('it is protected', () => rig.stops('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_990);
  await rig.eventually('the alert', () => rig.dms().some((line) => line.includes('daily loss limit')));
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900');
  await rig.says('Denied', 'daily_loss', 'maxDailyLossPct');

  const first = await rig.command('resume');
  if (first.message === null) throw new Error('nothing was asked');
  await rig.press(first.message, 'Confirm');
  const second = await rig.says('Really?', 'Confirm');
  rig.post('#ETH/USDT LONG\nEntry: 2991\nTP1: 3100\nSL: 2900');
  await rig.eventually('denied until the second yes', () => rig.count('daily_loss:') === 2);
  await rig.press(second, 'Confirm');
  await rig.becomes(second, `<@${IDS.operator}>`);
  rig.post('#ETH/USDT LONG\nEntry: 2992\nTP1: 3100\nSL: 2900');
  await rig.eventually('it trades again', () => rig.resting('ETHUSDT').length === 1);
});

test('a pause for a time and a channel ends by itself and leaves the others alone', async () => {
  await given();
  expect(await answer('pause', { for: '2s', channel: 'alpha' })).toContain('alpha');
  rig.post(LONG_BTC);
  await rig.says('Denied', 'paused:');
  rig.post('#ETH/USDT LONG\nEntry: 2990\nTP1: 3100\nSL: 2900', { channel: 'beta' });
  await rig.eventually('beta trades', () => rig.resting('ETHUSDT').length === 1);
  await rig.eventually('it is over', () => rig.dms().some((line) => line.startsWith('Entries resumed')));
  rig.post('#BTC/USDT LONG\nEntry: 59900\nTP1: 61000\nSL: 59000');
  await rig.eventually('alpha trades again', () => rig.resting('BTCUSDT').length === 1);
});

test('a price alert is kept over a restart and told once, by the last price', async () => {
  await given();
  expect(await answer('watch list')).toContain('no price alerts');
  expect(await answer('watch above', { symbol: 'nope', price: '1' })).toContain('not listed');
  expect(await answer('watch below', { symbol: 'eth', price: 'soon' })).toContain('no price');
  expect(await answer('watch above', { symbol: 'eth', price: '3,100' })).toContain('ETHUSDT above 3100');
  expect(await answer('watch below', { symbol: 'eth', price: '2500' })).toContain('ETHUSDT below 2500');
  await rig.end('SIGKILL');
  await rig.start();
  expect(await answer('watch list')).toContain('ETHUSDT above 3100');
  rig.price('ETHUSDT', 3_099.9);
  rig.price('ETHUSDT', 3_100.5);
  rig.price('ETHUSDT', 3_000);
  const alerts = () => rig.dms().filter((line) => line.includes('PRICE'));
  await rig.eventually('the alert', () => alerts().length > 0);
  expect(alerts()).toEqual([expect.stringContaining('ETHUSDT above 3100: last 3100.5')]);
  expect(await answer('watch list')).toContain('alerts: 1\n• ETHUSDT below 2500');
});

test('a price alert on a coin that is listed by the thousand may name either, with its own price', async () => {
  await given();
  for (const [symbol, price] of [
    ['pepe', '0.0000001'],
    ['1000PEPE', '0.0001'],
  ] as const)
    expect(await answer('watch below', { symbol, price })).toContain('1000PEPEUSDT below 0.0001');
});

test('an open trade close to its stop is told once', async () => {
  await given();
  await rig.writeConfig((await rig.config()).replace('alerts:\n', 'alerts:\n  nearStopPct: 25\n'));
  rig.post('#BTC/USDT LONG market\nTP1: 65000\nSL: 59000');
  await rig.eventually('a stop', () => rig.stops('BTCUSDT').length === 1);
  rig.price('BTCUSDT', 59_200);
  await rig.eventually('the alert', () => rig.dms().some((line) => line.includes('close to the stop 59000')));
});

test('while paused the presence says so, and a heartbeat is sent while all is well', async () => {
  let beats = 0;
  const server = createServer((_, response) => {
    beats += 1;
    response.end('ok');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  try {
    await given({ start: false });
    const config = (await rig.config()).replace(
      'alerts:\n',
      `alerts:\n  heartbeatUrl: http://127.0.0.1:${port}/beat\n`,
    );
    await rig.writeConfig(config);
    await rig.start();
    const state = () => rig.discord.world.presence?.activities[0]?.state ?? '';
    await rig.eventually('a presence', () => state() === '0 open trades');
    await rig.eventually('a heartbeat', () => beats === 1);
    await rig.command('pause');
    await rig.eventually('the pause', () => state().startsWith('Entries paused'));
    await rig.command('resume');
    await rig.eventually('trading', () => state() === '0 open trades');
  } finally {
    server.close();
  }
});

test('providers are told apart by what their signals came to', async () => {
  await given();
  expect(await answer('providers')).toContain('No signal was read');
  rig.post('#BTC/USDT LONG\nEntry: 50000\nTP1: 51000\nSL: 49000');
  await rig.says('Denied', 'entry_too_far');
  rig.post('#ETH/USDT LONG market\nTP1: 4000\nSL: 2900');
  await rig.says('Filled ETHUSDT LONG');
  await rig.command('close', { symbol: 'ETHUSDT' });
  await rig.says('Closed ETHUSDT LONG');
  const told = await answer('providers');
  expect(told).toMatch(
    new RegExp(
      `alpha.*<@${IDS.analyst}>: 2 signals, 1 traded, 1 denied or expired · Win rate 0% · Expectancy -`,
    ),
  );
  expect(told).toContain('slippage');
});

test('alerts can be switched off or made silent by kind, those about protection never off', async () => {
  await given();
  expect(await answer('alerts set', { type: 'protection', level: 'off' })).toContain(
    'cannot be switched off',
  );
  expect(await answer('alerts set', { type: 'pauses', level: 'off' })).toContain('Pauses: on → off');
  expect(await answer('alerts set', { type: 'fills', level: 'silent' })).toContain('Fills: on → silent');
  await rig.end('SIGKILL');
  await rig.start();
  expect(await answer('alerts show')).toMatch(
    /Fills: \*\*silent\*\*.*Protection and faults: \*\*on\*\* \(never off\)/s,
  );
  expect(await answer('audit')).toContain('alerts fills: on → silent');
  await rig.command('pause');
  await rig.command('resume');
  rig.post('#ETH/USDT LONG market\nTP1: 4000\nSL: 2900');
  await rig.eventually('the fill', () => rig.dms().some((line) => line.includes('Filled ETHUSDT')));
  expect(rig.dms().filter((line) => /paused|resumed/i.test(line))).toEqual([]);
  const silent = rig.discord.allMessages().filter(({ flags }) => (flags & (1 << 12)) !== 0);
  expect(silent.map(({ content }) => content)).toEqual([expect.stringContaining('Filled ETHUSDT')]);
});

test('a changed limit tells what it would have made of the signals of the last 30 days', async () => {
  await given();
  rig.post('#BTC/USDT LONG\nEntry: 57500\nTP1: 66000\nSL: 56000');
  await rig.says('Denied', 'entry_too_far');
  const { id } = rig.post('#ETH/USDT LONG\nEntry: 2950\nTP1: 4000\nSL: 2900');
  await rig.eventually('an entry', () => rig.resting('ETHUSDT').length === 1);
  // It waits until everything about the message is written down.
  expect(await answer('why', { message: id })).toContain('ETHUSDT');
  expect(await answer('risk set', { key: 'maxEntryDeviationPct', value: '1' })).toContain(
    'came as far as this setting; with the new value 1 that passed would have been denied.',
  );
  expect(await answer('risk set', { key: 'maxEntryDeviationPct', value: '10' })).toContain(
    'with the new value 1 that it denied would have passed.',
  );
});

test('the daily summary that was due while the bot was down is told once it is up, and once only', async () => {
  await given();
  rig.post(LONG_BTC);
  await rig.eventually('the entry rests', () => rig.resting('BTCUSDT').length === 1);
  await rig.end('SIGTERM');
  const ledger = await openLedger(`sqlite://${join(rig.folder, 'data/signalbox.sqlite')}`);
  const alive = Date.now() - 2 * 3_600_000;
  await ledger.document('run', run).set({ startedAt: alive, aliveAt: alive, ended: true });
  await ledger.close();
  const due = new Date(Date.now() - 3_600_000).toISOString().slice(11, 16);
  const text = await rig.config();
  await rig.writeConfig(text.replace('alerts:\n', `alerts:\n  summaryAt: "${due}"\n`));
  await rig.start();
  const summaries = () => rig.dms().filter((told) => told.includes('Summary of the 24 hours until'));
  await rig.eventually('it is told', () => summaries().length === 1);
  expect(summaries()[0]).toContain('BTCUSDT LONG');
  await rig.end('SIGTERM');
  await rig.start();
  rig.post(SHORT_ETH);
  await rig.eventually('it goes on', () => rig.resting('ETHUSDT').length === 1);
  expect(summaries()).toHaveLength(1);
});
