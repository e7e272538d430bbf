import { describe, expect, it } from 'vitest';
import { createGate, type Pass } from '../../../src/trading/binance/gate.ts';

const REFUSAL = { code: -1003, message: 'too many' };

/** A gate on a time of its own that only `pass` moves. */
function gateway() {
  let now = 0;
  const waiting: { at: number; done: () => void }[] = [];
  const gate = createGate({
    nowMs: () => now,
    pause: (ms) => new Promise((done) => waiting.push({ at: now + ms, done })),
  });
  /** Everything that is due by then happens, in order, at its own moment. */
  async function pass(ms: number): Promise<void> {
    const end = now + ms;
    for (;;) {
      await settled();
      const next = waiting.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      waiting.splice(waiting.indexOf(next), 1);
      now = Math.max(now, next.at);
      next.done();
    }
    now = end;
  }
  /** Who goes, in what order, at what time. */
  const went: string[] = [];
  const passes = new Map<string, Pass | null>();
  function wait(who: 'protective' | 'read', name: string, budgetMs = 5_000): void {
    void gate.pass(who, budgetMs).then((given) => {
      passes.set(name, given);
      went.push(`${name} ${given === null ? 'gives up' : 'goes'} at ${now}`);
    });
  }
  const answer = (name: string): void => {
    const given = passes.get(name);
    if (given === undefined || given === null) throw new Error(`${name} has not gone`);
    gate.answered(given);
  };
  return { gate, pass, wait, answer, went };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

describe('the gate', () => {
  it('is open', () => {
    const { gate } = gateway();
    expect([gate.tryPass('protective'), gate.tryPass('read'), gate.tryPass('entry')]).not.toContain(null);
  });

  it('GIVEN many that wait for a ban to end THEN what protects goes first, the others once it has an answer', async () => {
    const { gate, pass, wait, answer, went } = gateway();
    gate.close('requests', 1_000, REFUSAL);
    wait('read', 'a');
    wait('read', 'b');
    wait('protective', 'stop');
    await pass(1_050);
    expect(went).toEqual(['stop goes at 1000']);
    expect(gate.tryPass('entry')).toBeNull();
    answer('stop');
    await pass(0);
    expect(went).toEqual(['stop goes at 1000', 'a goes at 1050', 'b goes at 1050']);
  });

  it('GIVEN a first one that is refused too THEN the others have never gone', async () => {
    const { gate, pass, wait, went } = gateway();
    gate.close('requests', 1_000, REFUSAL);
    for (const name of ['a', 'b', 'c']) wait('read', name);
    await pass(1_000);
    gate.close('requests', 60_000, REFUSAL);
    await pass(5_000);
    expect(went.filter((line) => line.includes('goes'))).toEqual(['a goes at 1000']);
    expect(went).toHaveLength(3);
  });

  it('GIVEN a first one without an answer THEN the next goes soon after', async () => {
    const { gate, pass, wait, went } = gateway();
    gate.close('requests', 1_000, REFUSAL);
    wait('read', 'a');
    wait('read', 'b');
    await pass(1_400);
    expect(went).toEqual(['a goes at 1000', 'b goes at 1300']);
  });

  it('GIVEN an answer to what was sent before it was closed THEN that proves nothing', async () => {
    const { gate, pass, wait, went } = gateway();
    const before = gate.tryPass('read');
    gate.close('requests', 1_000, REFUSAL);
    wait('read', 'a');
    wait('read', 'b');
    await pass(1_000);
    if (before !== null) gate.answered(before);
    await pass(100);
    expect(went).toEqual(['a goes at 1000']);
  });

  it('GIVEN orders that are refused for load THEN questions go on, and no first one is waited for', () => {
    const { gate } = gateway();
    gate.close('orders', 1_000, { code: -1015, message: 'too many orders' });
    expect([gate.waitMs('protective'), gate.tryPass('protective')]).toEqual([1_000, null]);
    expect([gate.tryPass('read'), gate.tryPass('read')]).not.toContain(null);
  });
});
