import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Picture } from '../../src/charts/picture.ts';
import { createRenderer, type Renderer, type RendererOptions } from '../../src/charts/renderer.ts';

let folder: string;
let renderer: Renderer;
let warnings: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charts-'));
  warnings = [];
});

afterEach(async () => {
  renderer.close();
  await rm(folder, { recursive: true, force: true });
});

/** A painter of the test's own; without one the real one. */
async function given(worker?: string, options: Partial<RendererOptions> = {}): Promise<void> {
  const path = join(folder, 'worker.mjs');
  if (worker !== undefined) await writeFile(path, worker);
  renderer = createRenderer({
    warn: (fields, text) => warnings.push(`${text} ${JSON.stringify(fields)}`),
    ...(worker === undefined ? {} : { worker: path }),
    ...options,
  });
}

const picture = (background = '#123456'): Picture => ({ width: 20, height: 10, background, shapes: [] });
const isPng = (png: Buffer | null) => png?.subarray(1, 4).toString() === 'PNG';

/** Does what the background says. */
const ACTING = `
  process.on('message', ({ id, picture }) => {
    if (picture.background === 'hang') return;
    if (picture.background === 'die') process.exit(3);
    if (picture.background === 'throw') return process.send({ id, error: 'no such colour' });
    process.send({ id, png: Buffer.from(picture.background + ' ' + process.pid + ' ' + JSON.stringify(process.env)) });
  });
  process.on('disconnect', () => process.exit());
`;

test('a picture becomes a PNG; several are drawn in order by one painter', async () => {
  await given(undefined, { timeoutMs: 30_000 });
  const pngs = await Promise.all([renderer.render(picture()), renderer.render(picture('#fff'))]);
  expect(pngs.map(isPng)).toEqual([true, true]);
  expect(warnings).toEqual([]);
});

test('the painter knows nothing of our environment', async () => {
  process.env.DISCORD_TOKEN = 'secret';
  await given(ACTING);
  expect((await renderer.render(picture('env')))?.toString()).not.toContain('secret');
  delete process.env.DISCORD_TOKEN;
});

test.each([
  ['dies', 'die'],
  ['cannot draw it', 'throw'],
])('GIVEN a painter that %s THEN there is no picture, and the next one is drawn', async (_, behaviour) => {
  await given(ACTING);
  const [none, some] = await Promise.all([
    renderer.render(picture(behaviour)),
    renderer.render(picture('a')),
  ]);
  expect(none).toBeNull();
  expect(some?.toString()).toMatch(/^a /);
  expect(warnings).toHaveLength(1);
});

test('GIVEN a painter that hangs THEN it is ended after its time, and another draws the next', async () => {
  await given(ACTING, { timeoutMs: 6_000 });
  const first = (await renderer.render(picture('a')))?.toString().split(' ')[1];
  const [none, some] = await Promise.all([renderer.render(picture('hang')), renderer.render(picture('b'))]);
  expect(none).toBeNull();
  expect(some?.toString().split(' ')[1]).not.toBe(first);
  expect(() => process.kill(Number(first), 0)).toThrow('ESRCH');
});

test('a painter that never works is left alone for a while', async () => {
  let now = 0;
  await given('process.exit(1)', { now: () => now });
  for (let asked = 0; asked < 4; asked += 1) expect(await renderer.render(picture())).toBeNull();
  expect(warnings).toHaveLength(3);
  now += 600_000;
  expect(await renderer.render(picture())).toBeNull();
  expect(warnings).toHaveLength(4);
});

test('a painter with nothing to do ends, and a new one is started when there is', async () => {
  await given(ACTING, { idleMs: 0 });
  const pid = async () => Number((await renderer.render(picture('a')))?.toString().split(' ')[1]);
  const first = await pid();
  await ended(first);
  expect(await pid()).not.toBe(first);
});

test('closing answers what was not drawn and leaves no process behind', async () => {
  await given(ACTING);
  const first = Number((await renderer.render(picture('a')))?.toString().split(' ')[1]);
  const open = [renderer.render(picture('hang')), renderer.render(picture('b'))];
  renderer.close();
  expect(await Promise.all(open)).toEqual([null, null]);
  expect(await renderer.render(picture())).toBeNull();
  await ended(first);
});

async function ended(pid: number): Promise<void> {
  const until = Date.now() + 15_000;
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (Date.now() > until) throw new Error(`process ${pid} goes on`);
    await new Promise((done) => setTimeout(done, 10));
  }
}
