import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { tradeIdOf } from '../../src/trading/lifecycle/ids.ts';
import { aChannel, aConfig, aSignal, IDS } from './fakes.ts';
import { aMessage, type Rig, startRig } from './rig.ts';

let rig: Rig;
let message: ReturnType<typeof aMessage>;

const says = (...words: string[]) => rig.messenger.says(IDS.trades, ...words);
const proposals = async () => (await rig.store.proposals.all()).map(([, { id, state }]) => [id, state]);
const idOf = (index: number) => tradeIdOf(message.id, index);
const configOf = (mode: 'auto' | 'confirm') => aConfig({ signals: [aChannel({ mode })] });

async function given(mode: 'auto' | 'confirm'): Promise<void> {
  rig = await startRig(configOf(mode));
  rig.meanings.set('long btc', { kind: 'signal', signals: [aSignal()] });
  message = aMessage(rig.clock, 'long btc');
  await rig.parts.intake.created(message);
}

const edit = (content: string) => rig.parts.intake.edited({ ...message, content });

/** The program ends as it stands, and the next one finds the message with this text. */
async function restart(mode: 'auto' | 'confirm', content: string | null): Promise<void> {
  await rig.close();
  const edited_timestamp = new Date(rig.clock.at).toISOString();
  rig.history.messages = content === null ? [] : [{ ...message, content, edited_timestamp } as never];
  rig = await startRig(configOf(mode), rig);
  await rig.parts.backfill.run();
}

afterEach(() => rig.close());

describe('a signal that its author takes back', () => {
  const behind = [
    { given: 'the program ended after the receipt of that', says: 'never mind', revision: 1, isBegun: true },
    {
      given: 'an edit had made it of chatter, and the program ended before the receipt of that',
      says: 'hello',
      revision: 0,
      isBegun: false,
    },
  ];

  /** What the program finds at its start: the signal was carried out, and its receipt tells of none. */
  async function restartBehind(mode: 'auto' | 'confirm', row: (typeof behind)[number]): Promise<void> {
    await given(mode);
    const receipt = await rig.store.receipts.get(message.id);
    if (!receipt) throw new Error('no receipt');
    const { revision } = row;
    await rig.store.receipts.set(message.id, { ...receipt, kind: 'none', meaning: 'none', revision });
    if (row.isBegun) await rig.store.changes.set(message.id, { channelId: IDS.alpha, at: rig.clock.at });
    await restart(mode, row.says);
  }

  it.each(behind)('is waited for no longer, where $given', async (row) => {
    await restartBehind('confirm', row);
    expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
    expect(rig.store.changes.rows.size).toBe(0);
  });

  it.each(behind)('is asked about while its entries rest, where $given', async (row) => {
    await restartBehind('auto', row);
    await says('no signal any more', 'Cancel its entries');
    expect(rig.store.changes.rows.size).toBe(0);
  });

  describe('while the store does not take what becomes of the question', () => {
    async function takenBack() {
      await given('confirm');
      const refused = vi.spyOn(rig.store.proposals, 'set').mockRejectedValue(new Error('the disk is full'));
      await edit('never mind');
      await says('Withdrawn');
      return refused;
    }

    it('is not finished before it has', async () => {
      vi.useFakeTimers();
      onTestFinished(() => void vi.useRealTimers());
      const refused = await takenBack();
      await vi.advanceTimersByTimeAsync(60_000);
      expect(rig.store.changes.rows.size).toBe(1);
      refused.mockRestore();
      rig.history.messages = [{ ...message, content: 'never mind' } as never];
      await vi.advanceTimersByTimeAsync(15_000);
      expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
      expect(rig.store.changes.rows.size).toBe(0);
    });

    it('is by the next run, which finds the question as it was', async () => {
      (await takenBack()).mockRestore();
      expect(await proposals()).toEqual([[idOf(0), 'open']]);
      await restart('confirm', 'never mind');
      expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
    });

    it('is marked by the next run, where it was deleted', async () => {
      await given('confirm');
      const refused = vi.spyOn(rig.store.proposals, 'set').mockRejectedValue(new Error('the disk is full'));
      await rig.parts.intake.deleted(IDS.alpha, [message.id]);
      refused.mockRestore();
      await restart('confirm', null);
      expect(await rig.store.proposals.get(idOf(0))).toMatchObject({ state: 'open', sourceDeleted: true });
    });
  });

  it('is asked about once more when it is taken back a second time', async () => {
    await given('auto');
    await edit('never mind');
    await edit('long btc');
    await edit('never mind');
    expect([...rig.store.questions.rows.keys()]).toEqual([`x1${idOf(0)}`, `x3${idOf(0)}`]);
    expect(rig.desk.opens).toHaveLength(1);
  });
});

describe('a signal that was taken back and is said again', () => {
  it('is asked about again', async () => {
    await given('confirm');
    await edit('never mind');
    await edit('long btc');
    expect(await proposals()).toEqual([
      [idOf(0), 'withdrawn'],
      [idOf(200), 'open'],
    ]);
  });

  it('too late is told, once', async () => {
    await given('confirm');
    await edit('never mind');
    rig.clock.at += 120_000;
    await edit('long btc');
    await says('Expired');
    expect(await proposals()).toEqual([[idOf(0), 'withdrawn']]);
  });
});
