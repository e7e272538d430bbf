import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const HELP = `npm run flame -- PROFILE.cpuprofile PICTURE.svg [options]
  --title TEXT   what was measured
  --from MS      leave out what comes before, the start for example (0)

Draws a CPU profile (npm run bench -- --profile DIR) as a flame graph: the wider, the longer; what called stands below.
Waiting is left out.`;

/** https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
interface Profile {
  nodes: { id: number; callFrame: { functionName: string; url: string }; children?: number[] }[];
  samples: number[];
  /** Microseconds since the sample before. */
  timeDeltas: number[];
}

/** Calls of one function from one place. */
interface Frame {
  name: string;
  kind: Kind;
  us: number;
  calls: Map<string, Frame>;
}

type Kind = 'ours' | 'discord' | 'sdk' | 'store' | 'other' | 'node' | 'gc';
const COLOURS: Readonly<Record<Kind, readonly [text: string, colour: string]>> = {
  ours: ['src', '#e8833a'],
  discord: ['discord.js, undici', '#7f8cf0'],
  sdk: ['binance, axios', '#e6c13f'],
  store: ['keyv, sqlite3', '#4fae7c'],
  other: ['other packages', '#b9a58c'],
  node: ['Node', '#b4bcc6'],
  gc: ['garbage collection', '#d4585f'],
};

const WIDTH = 1_400;
const ROW = 16;
const TOP = 52;
/** What is narrower cannot be seen. */
const LEAST_PX = 1.5;
const CHARACTER_PX = 6.1;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    title: { type: 'string', default: 'CPU profile' },
    from: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
});
const [source, target] = positionals;
if (values.help || source === undefined || target === undefined) {
  console.log(HELP);
  process.exit(values.help ? 0 : 2);
}
writeFileSync(target, drawn(treeOf(JSON.parse(readFileSync(source, 'utf8')), Number(values.from) * 1_000)));

function treeOf({ nodes, samples, timeDeltas }: Profile, fromUs: number): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const root: Frame = { name: 'all', kind: 'node', us: 0, calls: new Map() };
  let atUs = 0;
  for (const [index, sample] of samples.entries()) {
    const us = timeDeltas[index] ?? 0;
    atUs += us;
    const stack: Profile['nodes'][number]['callFrame'][] = [];
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) {
      const node = byId.get(id);
      if (node) stack.unshift(node.callFrame);
    }
    if (atUs < fromUs || stack.at(-1)?.functionName === '(idle)') continue;
    let frame = root;
    frame.us += us;
    for (const { functionName, url } of stack.slice(1)) {
      const name = `${functionName || '(anonymous)'}${placeOf(url)}`;
      const next: Frame = frame.calls.get(name) ?? {
        name,
        kind: kindOf(functionName, url),
        us: 0,
        calls: new Map(),
      };
      frame.calls.set(name, next);
      next.us += us;
      frame = next;
    }
  }
  return root;
}

function placeOf(url: string): string {
  const place = /(?:\/(src\/.+)|node_modules\/(.+)|(node:.+))$/.exec(url)?.slice(1).find(Boolean);
  return place === undefined ? '' : ` ${place}`;
}

function kindOf(functionName: string, url: string): Kind {
  if (functionName === '(garbage collector)') return 'gc';
  if (/node_modules\/(@?discord|@vladfrangu|ws\/)|\/undici\//.test(url) || url.startsWith('src/'))
    return 'discord';
  if (/node_modules\/(binance|axios)\//.test(url)) return 'sdk';
  if (/node_modules\/(@?keyv|sqlite3)\//.test(url)) return 'store';
  if (url.includes('node_modules/')) return 'other';
  return url.includes('/src/') ? 'ours' : 'node';
}

function drawn(root: Frame): string {
  const boxes: string[] = [];
  let depth = 0;
  const draw = (frame: Frame, left: number, row: number): void => {
    const width = (frame.us / root.us) * WIDTH;
    if (width < LEAST_PX) return;
    depth = Math.max(depth, row);
    const [x, y, w] = [left.toFixed(1), -row * ROW, (width - 0.4).toFixed(1)];
    const title = escaped(
      `${frame.name}: ${(frame.us / 1_000).toFixed(0)} ms, ${((100 * frame.us) / root.us).toFixed(1)} %`,
    );
    const room = Math.floor((width - 6) / CHARACTER_PX);
    const label =
      room < 4
        ? ''
        : `<text x="${(left + 3).toFixed(1)}" y="${y + 12}">${escaped(frame.name.slice(0, room))}</text>`;
    boxes.push(
      `<g><title>${title}</title><rect x="${x}" y="${y}" width="${w}" height="${ROW - 1}" fill="${COLOURS[frame.kind][1]}"/>${label}</g>`,
    );
    let at = left;
    for (const call of [...frame.calls.values()].sort((a, b) => a.name.localeCompare(b.name))) {
      draw(call, at, row + 1);
      at += (call.us / root.us) * WIDTH;
    }
  };
  draw(root, 0, 0);
  const height = TOP + (depth + 1) * ROW + 8;
  const legend = Object.values(COLOURS).map(
    ([text, colour], index) =>
      `<rect x="${index * 160}" y="28" width="12" height="12" fill="${colour}"/><text x="${index * 160 + 17}" y="38">${text}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="monospace" font-size="10" fill="#1d2126">
<title>${escaped(values.title)}</title>
<rect width="${WIDTH}" height="${height}" fill="#fff"/>
<text x="0" y="16" font-size="14">${escaped(values.title)}</text>
${legend.join('\n')}
<g transform="translate(0 ${height - ROW - 4})">
${boxes.join('\n')}
</g>
</svg>
`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
