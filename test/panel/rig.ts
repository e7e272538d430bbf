import { createLogTail, type LogTail } from '../../src/log.ts';
import { type Panel, startPanel } from '../../src/panel/panel.ts';
import { Secret } from '../../src/secret.ts';
import { silentLog } from '../bot/fakes.ts';
import { aWorld, type Rig, startRig, type World } from '../bot/rig.ts';

/** The panel over the bot's parts on a fake desk. */
export interface PanelRig {
  rig: Rig;
  panel: Panel;
  tail: LogTail;
  /** What went wrong at requests. */
  problems: string[];
  close(): Promise<void>;
}

export const TOKEN = 'the-token-of-the-test';

export async function startPanelRig(world: World = aWorld()): Promise<PanelRig> {
  const rig = await startRig(undefined, world);
  const tail = createLogTail({ write: () => {} });
  const problems: string[] = [];
  const panel = await startPanel({
    host: '127.0.0.1',
    port: 0,
    token: new Secret(TOKEN),
    environment: 'paper',
    store: import.meta.filename,
    services: rig.parts.services,
    actions: rig.parts.actions,
    lastReceipts: async (count) => (await rig.store.receipts.last(count)).map(([, row]) => row),
    log: { ...silentLog, error: (fields) => problems.push(String(fields.err)) },
    tail,
  });
  return {
    rig,
    panel,
    tail,
    problems,
    async close() {
      await panel.close();
      await rig.close();
    },
  };
}
