import { expect, test } from 'vitest';
import { createFaultPanel, type FaultPanel } from '../../src/sandbox/faults.ts';

/** The simulators, as far as they are switched. A fault takes longer to be there than to be taken away. */
function simulators(onAdding: (panel: FaultPanel) => void = () => {}) {
  const standing = new Set<string>();
  const after = async (turns: number, change: () => void): Promise<void> => {
    for (let turn = 0; turn < turns; turn += 1) await new Promise((done) => setImmediate(done));
    change();
  };
  const panel = createFaultPanel(
    {
      clearFaults: () => after(1, () => standing.delete('discord')),
      addFault: () => {
        onAdding(panel);
        return after(50, () => standing.add('discord'));
      },
      stallGateway: () => after(1, () => {}),
    } as never,
    {
      steer: (command: string) =>
        after(1, () => {
          if (command === 'fault') standing.add('exchange');
          if (command === 'faults/clear') standing.delete('exchange');
        }),
    } as never,
  );
  return { panel, standing };
}

test('what is switched off while it is still being switched on ends switched off', async () => {
  let cleared: Promise<void> | undefined;
  const { panel, standing } = simulators((pressed) => {
    cleared ??= pressed.clear();
  });
  await panel.set('discord-down', true);
  await cleared;
  expect(panel.on).toEqual([]);
  expect([...standing]).toEqual([]);
});

test('what is on stays on when something else is switched', async () => {
  const { panel, standing } = simulators();
  const told: string[][] = [];
  panel.onChange(() => told.push([...panel.on]));
  await Promise.all([panel.set('exchange-down', true), panel.set('discord-down', true)]);
  await panel.set('discord-down', false);
  expect([...standing]).toEqual(['exchange']);
  expect(told.at(-1)).toEqual(['exchange-down']);
});
