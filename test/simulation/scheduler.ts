import type { Cancel } from '../../src/trading/clock.ts';

/** Virtual time: what happens next is the earliest that was asked for, the first asked of equals. */
export interface Scheduler {
  /** Whole milliseconds since the epoch. */
  now(): number;
  after(ms: number, run: () => void): Cancel;
  /** How many things have happened. */
  steps(): number;
  /** Does what is next, and lets every promise that hangs on it settle. False when nothing is left. */
  step(): Promise<boolean>;
}

interface Task {
  at: number;
  order: number;
  run: (() => void) | null;
}

export function createScheduler(startMs: number): Scheduler {
  const heap: Task[] = [];
  let now = startMs;
  let asked = 0;
  let done = 0;

  const isBefore = (a: Task, b: Task): boolean => a.at < b.at || (a.at === b.at && a.order < b.order);

  function push(task: Task): void {
    let index = heap.length;
    heap.push(task);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(task, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = task;
  }

  function pop(): Task | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      let smallest = last;
      let at = index;
      for (const child of [left, right]) {
        const candidate = heap[child];
        if (candidate !== undefined && isBefore(candidate, smallest)) {
          smallest = candidate;
          at = child;
        }
      }
      if (at === index) break;
      heap[index] = smallest;
      index = at;
    }
    heap[index] = last;
    return first;
  }

  return {
    now: () => now,
    steps: () => done,
    after(ms, run) {
      const task: Task = { at: now + Math.max(Math.round(ms), 0), order: asked++, run };
      push(task);
      return () => {
        task.run = null;
      };
    },
    async step() {
      for (let task = pop(); task !== undefined; task = pop()) {
        if (task.run === null) continue;
        now = Math.max(now, task.at);
        done += 1;
        task.run();
        // Promises settle before the event loop turns, and nothing here waits for anything outside.
        await new Promise<void>((turned) => setImmediate(turned));
        return true;
      }
      return false;
    },
  };
}
