import { type Failing, messageOf } from './incidents.ts';
import type { Log } from './log.ts';
import type { Panel, PanelOptions } from './panel/panel.ts';

export interface PanelKeeperDeps {
  /** What the panel shows and who may come in: asked for once, and again where that failed. */
  prepare(): Promise<{ options: Omit<PanelOptions, 'onLost'>; end(): void }>;
  note(what: Failing, works: boolean, reason: string): void;
  port: number;
  log: Log;
}

/** The panel, after everything else and never a reason not to trade: opened again where it could not be. */
export interface PanelKeeper {
  /** Resolves also where it could not be opened; that is noted. */
  open(): Promise<void>;
  close(): Promise<void>;
}

export function createPanelKeeper({ prepare, note, port, log }: PanelKeeperDeps): PanelKeeper {
  let opening: Promise<Panel | null> = Promise.resolve(null);
  let prepared: Awaited<ReturnType<PanelKeeperDeps['prepare']>> | null = null;

  async function start(before: Panel | null): Promise<Panel | null> {
    try {
      await before?.close();
      const { startPanel } = await import('./panel/panel.ts');
      prepared ??= await prepare();
      const onLost = (): void => note({ part: 'panel' }, false, 'its server has ended');
      const panel = await startPanel({ ...prepared.options, onLost });
      log.info({ url: panel.url }, 'the panel is open');
      note({ part: 'panel' }, true, '');
      return panel;
    } catch (error) {
      log.error(
        { err: error, port },
        'the panel could not be opened: choose another WEB_PORT, or 0 for none',
      );
      note({ part: 'panel' }, false, messageOf(error));
      return null;
    }
  }

  return {
    async open() {
      opening = opening.then(start);
      await opening;
    },
    async close() {
      await (await opening)?.close();
      prepared?.end();
    },
  };
}
