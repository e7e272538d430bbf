import { MessageFlags } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import type { MessageEvent } from '../../src/bot/message.ts';
import { createRetractions } from '../../src/bot/retractions.ts';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal } from '../../src/trading/model.ts';
import { aChannel, aConfig, aSignal, aSource, aTrade, d, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

/** What authors make of a signal that waits for an exchange that does not answer. */

const en = catalogues.en;

let rig: Rig;
let message: ReturnType<typeof aMessage>;
let exchange: PromiseWithResolvers<null>;

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const receipt = () => rig.store.receipts.get(message.id);
const results = async () => (await receipt())?.outcomes.map(({ index, result }) => [index, result]);
const opened = () => rig.desk.open_.map(({ id }) => id);
const idOf = (index: number) => tradeIdOf(message.id, index);
const btc = aSignal();
const eth = aSignal({ symbol: 'ETHUSDT' });

beforeEach(() => given());
afterEach(() => rig.close());

async function given(config = aConfig()): Promise<void> {
  rig = await startRig(config);
  exchange = Promise.withResolvers();
  rig.desk.previewing = exchange.promise.then(() => undefined);
  // As the real one: it looks once the exchange answers, right before the journal.
  rig.desk.answer = async (_signal, _source, withdrawn) => {
    await exchange.promise;
    return withdrawn?.aborted ? { kind: 'withdrawn' } : null;
  };
  rig.meanings.set('long btc', { kind: 'signal', signals: [btc] });
  rig.meanings.set('long btc, good luck', { kind: 'signal', signals: [btc] });
  rig.meanings.set('long eth', { kind: 'signal', signals: [eth] });
  rig.meanings.set('long both', { kind: 'signal', signals: [btc, eth] });
  rig.meanings.set('long btc tight', { kind: 'signal', signals: [tight()] });
  rig.meanings.set('close', {
    kind: 'update',
    updates: [{ action: 'close', symbol: null, side: null, fraction: null, price: null } as never],
  });
}

function tight(): Signal {
  return aSignal({ stopLoss: { price: d(59_500) } });
}

async function posted(content: string): Promise<{ decided: Promise<void> }> {
  message = aMessage(rig.clock, content);
  const decided = rig.parts.intake.created(message);
  // It has come as far as the exchange.
  await expect.poll(() => rig.desk.opens.length + rig.desk.previews.length).toBeGreaterThan(0);
  return { decided };
}

const edit = (content: string, over: Partial<MessageEvent> = {}) =>
  rig.parts.intake.edited({ ...message, content, ...over });
const remove = () => rig.parts.intake.deleted(IDS.alpha, [message.id]);

/** What has been said is read by then. */
const heard = () => new Promise(setImmediate);

async function answered(...work: Promise<unknown>[]): Promise<void> {
  await heard();
  exchange.resolve(null);
  await Promise.all(work);
}

describe('a signal that waits for the exchange', () => {
  it('is not opened once its message is deleted, and that is said', async () => {
    const { decided } = await posted('long btc');
    await answered(decided, remove());
    expect(opened()).toEqual([]);
    expect(await receipt()).toMatchObject({
      deleted: true,
      outcomes: [{ result: 'withdrawn', tradeId: null }],
    });
    await says('Withdrawn', 'BTCUSDT', 'deleted the message', 'nothing was opened');
    expect(rig.store.questions.rows.size).toBe(0);
    expect(rig.store.changes.rows.size).toBe(0);
  });

  it('nor once the message that it was forwarded from is', async () => {
    const { decided } = await posted('long btc');
    await answered(decided, edit('', { flags: MessageFlags.SourceMessageDeleted }));
    expect(opened()).toEqual([]);
    await says('Withdrawn', 'deleted the message');
  });

  it.each(['hello', 'close'])('nor once it says “%s”', async (content) => {
    const { decided } = await posted('long btc');
    await answered(decided, edit(content));
    expect(opened()).toEqual([]);
    expect(await results()).toEqual([[0, 'withdrawn']]);
    await says('Withdrawn', 'BTCUSDT', 'changed the message');
    expect(rig.store.questions.rows.size).toBe(0);
    expect(rig.desk.requests).toEqual([]);
  });

  it('and closes none other of its channel when it says “close”', async () => {
    const other = aTrade({ source: aSource(), signal: eth });
    rig.desk.open_.push(other);
    const { decided } = await posted('long btc');
    await answered(decided, edit('close'));
    expect(rig.desk.requests).toEqual([]);
    expect(opened()).toEqual([other.id]);
  });

  it.each(['long eth', 'long btc tight'])(
    'is opened as it is said now, “%s”, and not as it was',
    async (content) => {
      const { decided } = await posted('long btc');
      await answered(decided, edit(content));
      expect(opened()).toEqual([idOf(100)]);
      expect(await results()).toEqual([
        [0, 'withdrawn'],
        [100, 'opened'],
      ]);
    },
  );

  it('that was changed too late to be traded as it is now is told', async () => {
    const { decided } = await posted('long btc');
    rig.clock.at += 61_000;
    await answered(decided, edit('long eth'));
    expect(opened()).toEqual([]);
    await says('Withdrawn', 'BTCUSDT');
    await says('Expired', 'ETHUSDT');
  });

  it('is opened where an edit has not changed what it means, or does not bring the message', async () => {
    const { decided } = await posted('long btc');
    await answered(decided, edit('long btc, good luck'), edit('', { content: undefined } as never));
    expect(opened()).toEqual([idOf(0)]);
  });

  it('is opened once where it was changed and changed back, and never as it was in between', async () => {
    const { decided } = await posted('long btc');
    const first = edit('long btc tight');
    await heard();
    await answered(decided, first, edit('long btc'));
    expect(opened()).toEqual([idOf(200)]);
    expect(rig.desk.opens.map(({ signal }) => signal)).toEqual([btc, tight(), btc]);
  });

  it('goes on where another one of its message is taken back', async () => {
    const { decided } = await posted('long both');
    await answered(decided, edit('long btc'));
    expect(opened()).toEqual([idOf(0)]);
    await says('Withdrawn', 'ETHUSDT');
  });

  it.each([
    { given: 'deleted', content: null },
    { given: 'changed', content: 'hello' },
  ])('is not opened where it was $given while nobody listened', async ({ content }) => {
    const { decided } = await posted('long btc');
    const edited_timestamp = new Date(rig.clock.at).toISOString();
    rig.history.messages = content === null ? [] : [{ ...message, content, edited_timestamp } as never];
    await rig.parts.backfill.run();
    await answered(decided);
    expect(opened()).toEqual([]);
    await says('Withdrawn');
  });

  it('is told in Chinese where that is configured', async () => {
    await rig.close();
    await given(aConfig({ language: 'zh-CN' }));
    const { decided } = await posted('long btc');
    await answered(decided, remove());
    await says('已撤回', '没有开仓');
  });

  it.each(['confirm', 'observe'] as const)('and would be asked about (%s) is not', async (mode) => {
    await rig.close();
    await given(aConfig({ signals: [aChannel({ mode })] }));
    const { decided } = await posted('long btc');
    await answered(decided, remove());
    expect(await rig.store.proposals.all()).toEqual([]);
    expect(await results()).toEqual([[0, 'withdrawn']]);
    await says('Withdrawn', 'BTCUSDT');
  });
});

describe('a signal whose click waits for the exchange', () => {
  const confirm = (revision = 0) => rig.parts.confirmations.decide(idOf(0), 'confirm', 'op', en, revision);
  const proposals = async () => (await rig.store.proposals.all()).map(([key, { state }]) => [key, state]);

  async function asked(content: string): Promise<void> {
    await rig.close();
    await given(aConfig({ signals: [aChannel({ mode: 'confirm' })] }));
    rig.desk.previewing = Promise.resolve();
    message = aMessage(rig.clock, content);
    await rig.parts.intake.created(message);
    await says('trade this?');
  }

  async function clicked(choice: 'confirm' | 'half' = 'confirm'): Promise<{ decided: Promise<unknown> }> {
    const decided = rig.parts.confirmations.decide(idOf(0), choice, 'op', en);
    await expect.poll(() => rig.desk.opens.length).toBe(1);
    return { decided };
  }

  it.each(['confirm', 'half'] as const)(
    'is not opened (%s) once its message is deleted, and its question says so',
    async (choice) => {
      await asked('long btc');
      const { decided } = await clicked(choice);
      await answered(decided, remove());
      expect(opened()).toEqual([]);
      expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
      await says('BTCUSDT', 'Withdrawn by its author');
      expect(rig.store.questions.rows.size).toBe(0);
      expect(await confirm()).toContain('Withdrawn');
    },
  );

  it('nor once it says something that is no signal', async () => {
    await asked('long btc');
    const { decided } = await clicked();
    await answered(decided, edit('hello'));
    expect(opened()).toEqual([]);
    expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
  });

  it('is asked about anew as it is said now', async () => {
    await asked('long btc');
    const { decided } = await clicked();
    await answered(decided, edit('long btc tight'));
    expect(opened()).toEqual([]);
    expect(await proposals()).toEqual([
      [idOf(0), 'withdrawn'],
      [idOf(100), 'open'],
    ]);
  });

  it('is opened where an edit has not changed what it means', async () => {
    await asked('long btc');
    const { decided } = await clicked();
    await answered(decided, edit('long btc, good luck'));
    expect(opened()).toEqual([idOf(0)]);
    expect(await proposals()).toEqual([[idOf(0), 'confirmed']]);
  });

  it('is not opened where it was deleted while nobody listened', async () => {
    await asked('long btc');
    const { decided } = await clicked();
    rig.history.messages = [];
    await answered(decided, rig.parts.backfill.run());
    expect(opened()).toEqual([]);
    expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
  });

  it('as an operator has adjusted it goes on, whatever its author makes of what was said', async () => {
    await asked('long btc');
    rig.meanings.set('BTCUSDT LONG\nEntry: 60000\nSL: 59500', { kind: 'signal', signals: [tight()] });
    const adjusted = { stop: '59500', targets: '', size: '0.02' };
    expect(await rig.parts.confirmations.adjust(idOf(0), adjusted, 'op', en)).toBeNull();
    const sent = rig.parts.confirmations.decide(idOf(0), 'confirm', 'op', en, 1);
    await expect.poll(() => rig.desk.opens.length).toBe(1);
    await answered(sent, edit('hello'));
    await says('edited the signal', 'Cancel its entries');
    expect(opened()).toEqual([idOf(0)]);
  });

  it('is opened where whoever clicked knew that its message is gone', async () => {
    await asked('long btc');
    await remove();
    await says('deleted the message');
    exchange.resolve(null);
    expect(await confirm(1)).toBeNull();
    expect(opened()).toEqual([idOf(0)]);
  });
});

it('a message that is deleted once history has been read is not handled any more', async () => {
  message = aMessage(rig.clock, 'long btc');
  exchange.resolve(null);
  await remove();
  await rig.parts.intake.fromHistory(message);
  expect(opened()).toEqual([]);
});

describe('what is remembered', () => {
  const at = (id: string) => ({ id, channelId: IDS.alpha });
  const none = async () => ({ kind: 'none' }) as const;

  it('of edits is the last one, however long reading an earlier one takes', async () => {
    const retractions = createRetractions();
    const watched = retractions.watch(at('1'), btc);
    const slow = Promise.withResolvers<{ kind: 'none' }>();
    const first = retractions.edited('1', slow.promise);
    await retractions.edited('1', Promise.resolve({ kind: 'signal', signals: [btc] }));
    slow.resolve({ kind: 'none' });
    await first;
    expect(watched.retracted.aborted).toBe(false);
  });

  it('is nothing of an edit that cannot be read', async () => {
    const retractions = createRetractions();
    const watched = retractions.watch(at('1'), btc);
    await retractions.edited('1', Promise.reject(new Error('no')));
    expect(watched.retracted.aborted).toBe(false);
  });

  it('is nothing once it is forgotten, but deletions, of which the last thousand', async () => {
    const retractions = createRetractions();
    await retractions.edited('1', none());
    retractions.forget('1');
    expect(retractions.watch(at('1'), btc).retracted.aborted).toBe(false);
    for (let id = 0; id <= 1_000; id += 1) retractions.deleted(String(id));
    expect([retractions.isDeleted('0'), retractions.isDeleted('1')]).toEqual([false, true]);
    expect(retractions.watch(at('1'), btc).retracted.aborted).toBe(true);
  });

  it('is where the messages stand that are being decided', () => {
    const retractions = createRetractions();
    const one = retractions.watch({ ...at('1'), threadId: '7' }, btc);
    retractions.watch(at('2'), btc);
    expect([...retractions.watched()]).toEqual([
      ['1', { channelId: IDS.alpha, threadId: '7' }],
      ['2', { channelId: IDS.alpha }],
    ]);
    one.end();
    expect([...retractions.watched().keys()]).toEqual(['2']);
  });
});
