import { expect, it } from 'vitest';
import { catalogues } from '../../src/bot/locales/index.ts';
import { signalLine } from '../../src/bot/plan-view.ts';
import { messageLink } from '../../src/bot/posts.ts';
import type { OutboxEntry } from '../../src/bot/records.ts';
import { createSaidBefore } from '../../src/bot/said-before.ts';
import { aSignal, aSource, IDS, silentLog } from './fakes.ts';

const t = catalogues.en;
const source = aSource();
const line = signalLine(aSignal(), t);
const FAILED = `Failed · ${line}\nnothing was sent\nfrom [alpha](${messageLink(source)})`;
const WAITING = `Waiting · ${line}\nThe exchange has not answered yet.\nfrom alpha`;

/** An earlier run has posted the first, and has left the second, which is to be posted once more. */
async function after(posted: readonly string[], slot: string | null) {
  const entry = { slot, body: JSON.stringify({ content: WAITING }) } as OutboxEntry;
  const said: [string, string][] = [];
  const saidBefore = createSaidBefore({
    history: { own: async () => [...posted] },
    entries: { all: async () => (slot === null ? [] : [['1', entry] as const]) },
    tradesChannel: () => IDS.trades,
    texts: () => t,
    say: async (where, { content }) => void said.push([where, content]),
    log: silentLog,
  });
  const [outcome] = await saidBefore(source, [aSignal()], false);
  return { result: outcome?.result ?? null, said };
}

const SLOT = `waiting:${source.messageId}:0`;

it('is what stands in the channel', async () => {
  expect(await after([FAILED], null)).toEqual({ result: 'denied', said: [] });
});

it('is nothing where it was only said that the signal waits', async () => {
  expect(await after([WAITING], SLOT)).toEqual({ result: null, said: [] });
});

it('is said again where that it waits has been kept, and would be shown over it', async () => {
  expect(await after([FAILED], SLOT)).toEqual({ result: 'denied', said: [[SLOT, FAILED]] });
});
