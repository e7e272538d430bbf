import type { Stage } from './scenario.ts';
import { playConfirmed, playRefused, playStopped } from './scenario.ts';

/** Signals that follow each other, for whoever only wants to look. */
export interface Demo {
  readonly playing: boolean;
  start(): void;
  /** The scene that runs is played to its end. */
  stop(): void;
  onChange(listener: () => void): void;
}

const SCENES = [playConfirmed, playRefused, playStopped];
const BETWEEN_SCENES_S = 8;

export function createDemo(stage: Stage): Demo {
  const listeners = new Set<() => void>();
  let wanted = false;
  let running = false;
  let round = 0;
  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  async function play(): Promise<void> {
    running = true;
    while (wanted) {
      try {
        await SCENES[round % SCENES.length]?.(stage);
      } catch (error) {
        if (wanted)
          stage.narrator.note(
            stage.words().sceneOver(error instanceof Error ? error.message : String(error)),
          );
      }
      round += 1;
      if (wanted) await stage.breathe(BETWEEN_SCENES_S);
    }
    running = false;
    changed();
  }

  return {
    get playing() {
      return wanted || running;
    },
    start() {
      wanted = true;
      if (!running) void play();
      changed();
    },
    stop() {
      wanted = false;
      changed();
    },
    onChange: (listener) => void listeners.add(listener),
  };
}
