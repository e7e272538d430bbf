import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

/** What Node itself has loaded once the bot and its panel are, and what `fetch` says of a page that it is given. */
const LOOK = `
  await import('./src/app.ts');
  await import('./src/panel/panel.ts');
  const answer = await fetch('data:,here');
  const form = new FormData();
  form.append('file', new Blob(['there']), 'a.txt');
  const posted = await new Response(form).formData();
  console.log(JSON.stringify({
    loaded: process.moduleLoadList.filter((name) => name.endsWith('/undici')),
    read: [await answer.text(), await posted.get('file').text()],
  }));
`;

test("the bot and its panel load no second fetch, Node's own, and the one they have works", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', LOOK], {
    cwd: ROOT,
  });
  expect(JSON.parse(stdout)).toEqual({ loaded: [], read: ['here', 'there'] });
});
