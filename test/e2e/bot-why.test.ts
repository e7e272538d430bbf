import { afterEach, describe, expect, test } from 'vitest';
import { createRead } from '../../src/bot/reader.ts';
import type { RuleCheck } from '../../src/risk/assess.ts';
import { parseMessage } from '../../src/trading/signals/parse.ts';
import { aChannel, aConfig, aPlan, aSignal, filledTrade, IDS, snowflake } from '../bot/fakes.ts';
import { type BotRig, type BotRigOptions, startBotRig, until } from './bot-rig.ts';

let rig: BotRig;

async function start(options?: BotRigOptions): Promise<void> {
  rig = await startBotRig(options);
  await rig.bot.start();
}

afterEach(() => rig.close());

const read = createRead(
  () => new Map(),
  () => parseMessage,
);

const checks: RuleCheck[] = [
  { code: 'paused', setting: null, numbers: {}, passed: true, closeness: null },
  {
    code: 'risk_limit',
    setting: 'maxTotalRiskPct',
    numbers: { scope: 'account', limitPct: '5', limit: '500', used: '360', wanted: '100' },
    passed: true,
    closeness: 0.92,
  },
];

type Result = Awaited<ReturnType<BotRig['command']>>;

/** Everything that the reader sees of an answer. */
function seen({ message }: Result): string {
  const embeds = (message?.embeds ?? []) as {
    title?: string;
    description?: string;
    fields?: { name: string; value: string }[];
  }[];
  return [
    message?.content,
    ...embeds.flatMap(({ title, description, fields }) => [
      title,
      description,
      ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
    ]),
  ].join('\n');
}

const link = (message: { id: string; channel_id: string }) =>
  `https://discord.com/channels/${IDS.guild}/${message.channel_id}/${message.id}`;

async function handled(message: { id: string }): Promise<void> {
  await until('a receipt', () => rig.store.receipts.rows.has(message.id));
}

async function why(message: string, locale?: string): Promise<Result> {
  const asked = { user: IDS.operator, channel: IDS.trades, name: 'why', options: { message } };
  return rig.discord.command(locale === undefined ? asked : { ...asked, locale });
}

describe('/why', () => {
  test('shows the text beside the fields, the words, each rule with its numbers and what followed', async () => {
    await start({ read });
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan(), checks });
    const message = rig.post('BTC long 60000\nSL 58000\nTP 62000 64000');
    await handled(message);
    const result = await why(link(message));
    expect(result.ephemeral).toBe(true);
    for (const words of [
      'TP 62000 64000\n```',
      '**Stop** 58000 ← “SL 58000”',
      '✓ not paused',
      'Risk of all stops 360 + 100 of 500 (account) · ⚠️ 92%',
      'Close to its limit: maxTotalRiskPct 92%',
      'BTCUSDT LONG: traded',
      'waiting for entry',
    ])
      expect(seen(result)).toContain(words);
    const chinese = seen(await why(message.id, 'zh-CN'));
    for (const words of ['**止损** 58000 ← “SL 58000”', '接近上限：maxTotalRiskPct 92%', '已交易'])
      expect(chinese).toContain(words);
  });

  test.each([
    { content: 'gm, nice day', words: ['no signal', 'nothing in it gives an order'] },
    {
      content: 'BTC long 60000 sl 61000 tp 62000',
      words: ['Invalid · sl_wrong_side', 'wrong side of the entry'],
    },
    { content: 'BTC long 60000 sl 59000 tp 62000 61000', words: ['tp_not_in_order', '62000 / 61000'] },
    { content: 'BTC long 60000 sl 59000 tp 62000 lev 500x', words: ['leverage_out_of_range', '“500x”'] },
    { content: 'close half of btc', words: ['update', 'close a part: no open trade is meant'] },
  ])('tells of “$content”', async ({ content, words }) => {
    await start({ read });
    const message = rig.post(content);
    await handled(message);
    for (const word of words) expect(seen(await why(message.id))).toContain(word);
  });

  test('takes the bot’s own messages for the signal behind them, also after a restart', async () => {
    await start({ config: aConfig({ signals: [aChannel({ mode: 'confirm' })] }) });
    const message = rig.post('long btc');
    const asked = await rig.says('trade this?');
    await handled(message);
    await until('its place', () => [...rig.store.cards.rows.values()].join().includes(asked.id));
    expect(seen(await why(link(asked)))).toContain('BTCUSDT LONG: proposed');
    await rig.press(asked, 'Reject');
    await rig.says('Rejected by');
    await rig.bot.close();
    rig = await startBotRig({ after: rig });
    await rig.bot.start();
    const later = seen(await why(asked.id));
    for (const words of [message.id, 'BTCUSDT LONG: proposed', 'Rejected by']) expect(later).toContain(words);
  });

  test('says what an update did', async () => {
    await start({ read });
    rig.desk.open_ = [filledTrade()];
    const message = rig.post('move sl to break even');
    await rig.says('stop to break-even: on its way');
    await handled(message);
    await until('the effect', () => rig.store.receipts.rows.get(message.id)?.includes('"done"') === true);
    expect(seen(await why(message.id))).toContain('BTCUSDT LONG: stop to break-even: accepted');
  });

  test('says why nothing is known of a message', async () => {
    await start();
    const strange = rig.post('BTC long 60000 sl 58000', { author: IDS.stranger });
    const cases = [
      { asked: strange.id, words: `<@${IDS.stranger}> is not among the authors of alpha` },
      { asked: link(strange), words: 'is not among the authors' },
      { asked: link({ id: strange.id, channel_id: '400000000000000009' }), words: 'no signal channel' },
      { asked: link({ id: snowflake(Date.now()), channel_id: IDS.alpha }), words: 'no such message' },
      { asked: snowflake(Date.now()), words: 'not known' },
      { asked: snowflake(Date.now() - 100 * 86_400_000), words: 'older than 90 days' },
      { asked: 'that one', words: 'link or id' },
    ];
    for (const { asked, words } of cases) expect(seen(await why(asked)), asked).toContain(words);
  });

  test('says of a message from before the first start that it was not read', async () => {
    rig = await startBotRig();
    const before = rig.post('long btc');
    await rig.bot.start();
    expect(seen(await why(link(before)))).toContain('before the bot listened to alpha');
  });

  test('GIVEN a hostile text and many signals THEN the answer still fits into a message', async () => {
    await start();
    const many = Array.from({ length: 12 }, (_, index) => aSignal({ symbol: `C${index}USDT` }));
    const hostile = `${'`'.repeat(900)}@everyone ${'😀'.repeat(400)}`;
    rig.meanings.set(hostile, { kind: 'signal', signals: many });
    const message = rig.post(hostile);
    await handled(message);
    const result = await why(message.id);
    expect(result.outcome).toBe('message');
    expect(seen(result)).toContain('C0USDT');
  });
});

describe('/parse', () => {
  test('previews the plan, each rule and the words, and neither trades nor remembers anything', async () => {
    await start({ read });
    rig.desk.assessment = () => ({ kind: 'planned', plan: aPlan(), checks });
    const result = await rig.command('parse', { text: 'BTC long 60000 SL 58000 TP 62000 64000' });
    expect(result.ephemeral).toBe(true);
    for (const words of [
      'As a message in alpha now',
      'Size 0.05 BTC',
      'Close to its limit: maxTotalRiskPct 92%',
      '**Stop** 58000 ← “SL 58000”',
      '✓ not paused',
      'nothing is traded',
    ])
      expect(seen(result)).toContain(words);
    expect(rig.desk.opens).toHaveLength(0);
    expect(rig.store.receipts.rows.size).toBe(0);
    expect(rig.store.proposals.rows.size).toBe(0);
  });

  test('marks the rule that denies', async () => {
    await start({ read });
    const numbers = { distancePct: '30', limitPct: '25', entry: '60000', stop: '42000' };
    const denial = { code: 'stop_too_far' as const, setting: 'maxStopDistancePct', numbers };
    rig.desk.assessment = () => ({
      kind: 'denied',
      denial,
      checks: [...checks, { ...denial, passed: false, closeness: 1.2 }],
    });
    const result = seen(await rig.command('parse', { text: 'BTC long 60000 sl 42000' }));
    expect(result).toContain('✗ Denied · stop_too_far: The stop 42000 is 30% from the entry 60000');
    expect(result).toMatch(/✗ stop_too_far: .* · Setting: maxStopDistancePct/);
  });

  test('says which trades an update would reach', async () => {
    await start({ read });
    rig.desk.open_ = [filledTrade()];
    expect(seen(await rig.command('parse', { text: 'move sl to break even' }))).toContain(
      'Would act on: BTCUSDT LONG',
    );
    expect(rig.desk.requests).toHaveLength(0);
  });

  test('a price that takes long is waited for behind a deferred answer', async () => {
    await start({ read });
    const gate = Promise.withResolvers<void>();
    const preview = rig.desk.preview.bind(rig.desk);
    rig.desk.preview = async (signal) => {
      await gate.promise;
      return preview(signal);
    };
    const first = await rig.discord.command({
      user: IDS.operator,
      channel: IDS.trades,
      name: 'parse',
      options: { text: 'BTC long 60000 sl 58000' },
      until: 'first',
    });
    expect(first).toMatchObject({ outcome: 'deferred', ephemeral: true });
    gate.resolve();
  });
});

describe('what is no edit', () => {
  test('pins, previews and flags change nothing, whatever a preview says', async () => {
    await start({ read });
    const message = rig.post('BTC long 60000 sl 58000 tp 62000 https://example.com');
    await until('opened', () => rig.desk.opens.length === 1);
    await handled(message);
    await rig.discord.unfurl({
      message: message.id,
      embeds: [{ type: 'article', title: 'ETH short', description: 'entry 3000 sl 3100 tp 2900' }] as never,
    });
    await rig.discord.pin({ message: message.id, user: IDS.analyst });
    const next = rig.post('gm');
    await handled(next);
    expect(await rig.store.receipts.get(message.id)).toMatchObject({ revision: 0, kind: 'signal' });
    expect(rig.desk.opens).toHaveLength(1);
    expect(rig.desk.requests).toHaveLength(0);
  });

  test('but chatter that becomes a signal while it is young is one', async () => {
    await start({ read });
    const message = rig.post('wait for it');
    await handled(message);
    rig.discord.edit({ message: message.id, content: 'BTC long 60000 sl 58000 tp 62000' });
    await until('opened', () => rig.desk.opens.length === 1);
    expect(rig.desk.opens[0]?.source).toMatchObject({ messageId: message.id, index: 0 });
  });
});
