import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UNDECIDED } from '../../src/bot/deciding.ts';
import { meaningOf } from '../../src/bot/meaning.ts';
import type { Outcome, Receipt } from '../../src/bot/records.ts';
import { placesAfter, placesGiven } from '../../src/bot/signal-places.ts';
import { positionOf, tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import type { Signal } from '../../src/trading/model.ts';
import { aChannel, aConfig, aSignal, d, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

const btc = aSignal();
const tight = aSignal({ stopLoss: { price: d(59_500) } });
const short = aSignal({ side: 'short', stopLoss: { price: d(62_000) }, takeProfits: [{ price: d(58_000) }] });
const low = aSignal({ entry: { type: 'limit', prices: [d(59_000)] } });
const eth = aSignal({ symbol: 'ETHUSDT' });
const sol = aSignal({ symbol: 'SOLUSDT' });

const outcome = ({ symbol, side }: Signal, index: number): Outcome => ({
  ...UNDECIDED,
  index,
  symbol,
  side,
  result: 'opened',
});
type Before = Pick<Receipt, 'kind' | 'meaning' | 'places' | 'outcomes'>;

/** As a message with these signals leaves it at its first reading. */
function said(...signals: Signal[]): Before {
  const outcomes = signals.map(outcome);
  return { kind: 'signal', meaning: meaningOf({ kind: 'signal', signals }), outcomes };
}

/** What an edit to these signals makes of it. */
function edited(before: Before, ...signals: Signal[]): Before {
  const { places } = placesAfter(before, signals);
  const outcomes = [...before.outcomes];
  for (const [order, signal] of signals.entries()) {
    const place = places[order] ?? Number.NaN;
    if (!outcomes.some(({ index, symbol }) => positionOf(index) === place && symbol === signal.symbol))
      outcomes.push(outcome(signal, place + 100));
  }
  return { kind: 'signal', meaning: meaningOf({ kind: 'signal', signals }), places, outcomes };
}

const silent = (before: Before): Before => ({ ...before, kind: 'none', meaning: '' });

describe('the places of signals that an edit', () => {
  it.each([
    { given: 'leaves as they are', before: said(btc, eth), now: [btc, eth], places: [0, 1], gone: [] },
    { given: 'puts in another order', before: said(btc, eth), now: [eth, btc], places: [1, 0], gone: [] },
    { given: 'takes out at the end', before: said(btc, eth), now: [btc], places: [0], gone: [1] },
    { given: 'takes out at the beginning', before: said(btc, eth), now: [eth], places: [1], gone: [0] },
    { given: 'puts before the others', before: said(btc), now: [eth, btc], places: [1, 0], gone: [] },
    { given: 'adds at the end', before: said(btc), now: [btc, eth], places: [0, 1], gone: [] },
    { given: 'changes', before: said(btc, eth), now: [tight, eth], places: [0, 1], gone: [] },
    {
      given: 'changes and puts in another order',
      before: said(btc, eth),
      now: [eth, tight],
      places: [1, 0],
      gone: [],
    },
    { given: 'turns around', before: said(eth, btc), now: [short, eth], places: [1, 0], gone: [] },
    { given: 'replaces by another coin', before: said(btc), now: [eth], places: [0], gone: [] },
    { given: 'replaces, one of two', before: said(btc, eth), now: [eth, sol], places: [1, 0], gone: [] },
    { given: 'replaces both by one', before: said(btc, eth), now: [sol], places: [0], gone: [1] },
    { given: 'takes one out of twins', before: said(btc, tight), now: [tight], places: [1], gone: [0] },
    {
      given: 'takes one out of twins, and changes the other',
      before: said(btc, low),
      now: [{ ...low, stopLoss: { price: d(57_000) } }],
      places: [1],
      gone: [0],
    },
    {
      given: 'brings back',
      before: edited(said(btc, eth), btc),
      now: [eth, btc],
      places: [1, 0],
      gone: [],
    },
    {
      given: 'adds where another was taken out',
      before: edited(said(btc, eth), btc),
      now: [btc, sol],
      places: [0, 2],
      gone: [],
    },
    {
      given: 'brings back in the place of the one that stayed',
      before: edited(said(btc, eth), btc),
      now: [eth],
      places: [1],
      gone: [0],
    },
    {
      given: 'follows another that has moved them',
      before: edited(said(btc, eth), eth),
      now: [tight, eth],
      places: [0, 1],
      gone: [],
    },
    { given: 'says again after none', before: silent(said(btc, eth)), now: [eth], places: [1], gone: [] },
    { given: 'says another way after none', before: silent(said(btc)), now: [eth], places: [0], gone: [] },
    {
      given: 'says another way after none, where one had been taken out',
      before: silent(edited(said(btc, eth), eth)),
      now: [sol],
      places: [1],
      gone: [],
    },
  ])('$given', ({ before, now, places, gone }) => {
    expect(placesAfter(before, now)).toEqual({ places, gone });
  });

  it('finds after a crash are none that a signal had of which the receipt knows nothing', () => {
    const lost = { ...said(btc, sol), places: [0, 2] };
    expect(placesAfter(lost, [btc, eth, sol, tight], 4).places).toEqual([0, 4, 2, 5]);
    expect(placesAfter(lost, [btc, eth, sol, tight]).places).toEqual([0, 3, 2, 4]);
  });

  it('has begun are the ones that it has given, and what is left has been taken out', () => {
    const begun = edited(said(btc, eth, sol), sol, tight);
    expect(begun.places).toEqual([2, 0]);
    expect(placesGiven(begun, [sol, tight])).toEqual({ places: [2, 0], gone: [1] });
    expect(placesGiven(said(btc, eth), [btc, eth])).toEqual({ places: [0, 1], gone: [] });
  });
});

describe('a message with several signals', () => {
  let rig: Rig;
  let message: ReturnType<typeof aMessage>;

  beforeEach(() => given());
  afterEach(() => rig.close());

  async function given(mode: 'auto' | 'confirm' = 'auto'): Promise<void> {
    rig = await startRig(aConfig({ signals: [aChannel({ mode })] }));
    const signals = { btc: [btc], eth: [eth], 'btc eth': [btc, eth], 'sol btc eth': [sol, btc, eth] };
    for (const [words, meant] of Object.entries(signals))
      rig.meanings.set(words, { kind: 'signal', signals: meant });
  }

  async function posted(content: string): Promise<void> {
    message = aMessage(rig.clock, content);
    await rig.parts.intake.created(message);
  }

  const edit = (content: string) => rig.parts.intake.edited({ ...message, content });
  const idOf = (index: number) => tradeIdOf(message.id, index);
  const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
  const asked = () => [...rig.store.questions.rows.keys()];

  it('asks about the one that is taken out of it, and about none else', async () => {
    await posted('btc eth');
    await edit('eth');
    expect(rig.desk.opens).toHaveLength(2);
    expect(rig.desk.requests).toEqual([]);
    expect(asked()).toEqual([`x1${idOf(0)}`]);
    await says('BTCUSDT', 'edited the signal', 'no longer in the message', 'Cancel its entries?');
  });

  it('opens only the one that is put before the others', async () => {
    await posted('btc eth');
    await edit('sol btc eth');
    expect(rig.desk.opens.map(({ signal }) => signal.symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
    expect(rig.desk.opens.at(-1)?.source.index).toBe(2);
    expect(rig.desk.requests).toEqual([]);
    expect(asked()).toEqual([]);
  });

  it('judges what was denied once, whatever becomes of the other', async () => {
    const denial = { code: 'entry_too_far', setting: 'maxEntryDeviationPct', numbers: {} } as const;
    rig.desk.answer = ({ symbol }) => (symbol === 'BTCUSDT' ? { kind: 'denied', denial, checks: [] } : null);
    await posted('btc eth');
    await edit('sol btc eth');
    await edit('btc');
    expect(rig.desk.opens.map(({ signal }) => signal.symbol)).toEqual(['BTCUSDT', 'ETHUSDT', 'SOLUSDT']);
    expect(asked()).toEqual([`x2${idOf(1)}`, `x2${idOf(2)}`]);
  });

  it('takes back the open question about the one that is taken out', async () => {
    await rig.close();
    await given('confirm');
    await posted('btc eth');
    await edit('eth');
    const states = (await rig.store.proposals.all()).map(([id, { state }]) => [id, state]);
    expect(states).toEqual([
      [idOf(0), 'withdrawn'],
      [idOf(1), 'open'],
    ]);
  });

  it('asks once, also where the edit was cut off and is carried out again', async () => {
    await posted('btc eth');
    await edit('eth');
    await rig.store.changes.set(message.id, { channelId: IDS.alpha, at: rig.clock.at });
    await edit('eth');
    expect(asked()).toEqual([`x1${idOf(0)}`]);
    expect(rig.desk.opens).toHaveLength(2);
  });
});
