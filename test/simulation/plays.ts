import { crashEverywhere } from './everywhere.ts';
import { generate, type Markets } from './generate.ts';
import { report, reportFailure } from './report.ts';
import { SCENES } from './scenes.ts';
import { STORIES } from './stories.ts';
import { play } from './world.ts';

export interface Seeds {
  from: number;
  seeds: number;
  markets: Markets;
  /** After a failure. */
  goesOn: boolean;
  isTraced: boolean;
  /** A failure is shortened and told. */
  isShown: boolean;
}

/** Plays seeds one after the other; 1 where one of them fails. */
export async function playSeeds({ from, seeds, markets, goesOn, isTraced, isShown }: Seeds): Promise<number> {
  const tally = report('seeds');
  let isStopped = false;
  // What has been played until then is told.
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => {
      isStopped = true;
    });
  }
  for (let seed = from; seed < from + seeds && !isStopped; seed += 1) {
    const script = generate(seed, markets);
    const outcome = await play(script, { trace: isTraced });
    tally.add(String(seed), outcome);
    if (isTraced) console.log(outcome.trace.join('\n'));
    if (!outcome.violation) continue;
    const { invariant, message, atMs } = outcome.violation;
    console.log(`seed ${seed}: ${invariant} at ${atMs} ms: ${message}`);
    if (goesOn) continue;
    if (isShown) await reportFailure(script, outcome.violation);
    break;
  }
  console.log(tally.summary());
  return tally.failed() ? 1 : 0;
}

export interface Scenes {
  job: number;
  jobs: number;
  isShown: boolean;
}

/** Every scene, interrupted at every moment; 1 where that breaks something. */
export async function playScenes({ job, jobs, isShown }: Scenes): Promise<number> {
  const tally = report('interrupted lives');
  for (const scene of SCENES.filter((_, index) => index % jobs === job)) {
    let isFirst = true;
    for await (const { script, outcome } of crashEverywhere(scene)) {
      tally.add(scene.name, outcome);
      if (!outcome.violation) continue;
      const { invariant, message } = outcome.violation;
      const crash = JSON.stringify(script.items.filter((item) => item.do === 'crash'));
      console.log(`${scene.name}, ${crash}: ${invariant}: ${message}`);
      if (isShown && isFirst) await reportFailure(script, outcome.violation);
      isFirst = false;
    }
  }
  console.log(tally.summary());
  return tally.failed() ? 1 : 0;
}

/** Stories, all or one by its name; 1 where one of them ends badly. */
export async function playStories(name: string, isShown: boolean): Promise<number> {
  const tally = report('stories');
  for (const story of STORIES.filter((known) => name === 'all' || known.name === name)) {
    const outcome = await play(story.script);
    tally.add(story.name, outcome);
    if (!outcome.violation) continue;
    const { invariant, message } = outcome.violation;
    console.log(`${story.name}: ${invariant}: ${message}`);
    if (isShown) await reportFailure(story.script, outcome.violation);
  }
  console.log(tally.summary());
  return tally.failed() ? 1 : 0;
}
