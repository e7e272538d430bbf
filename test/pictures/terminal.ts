import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/**
 * Draws what the sandbox tells in a terminal as docs/sandbox.svg: `npm run pictures`. It runs one signal to its end
 * and turns the coloured lines into text of an SVG.
 */
const LINE_PX = 19;
const CHAR_PX = 8.4;
const PADDING_PX = 20;
const COLUMNS = 92;
const COLOURS: Record<string, string> = { '33': '#e5c07b', '36': '#56b6c2' };

interface Span {
  text: string;
  bold: boolean;
  dim: boolean;
  inverse: boolean;
  colour: string | null;
}

function spansOf(line: string): Span[] {
  const spans: Span[] = [];
  let style: Omit<Span, 'text'> = { bold: false, dim: false, inverse: false, colour: null };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: terminal colours begin with an escape character
  for (const part of line.split(/(\u001b\[\d+m)/)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the same
    const code = /^\u001b\[(\d+)m$/.exec(part)?.[1];
    if (code === undefined) {
      if (part !== '') spans.push({ text: part, ...style });
    } else if (code === '0') style = { bold: false, dim: false, inverse: false, colour: null };
    else if (code === '1') style = { ...style, bold: true };
    else if (code === '2') style = { ...style, dim: true };
    else if (code === '7') style = { ...style, inverse: true };
    else style = { ...style, colour: COLOURS[code] ?? null };
  }
  return spans;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}

function draw(lines: readonly string[]): string {
  const height = lines.length * LINE_PX + 2 * PADDING_PX;
  const width = Math.round(COLUMNS * CHAR_PX + 2 * PADDING_PX);
  const body: string[] = [];
  for (const [row, line] of lines.entries()) {
    const y = PADDING_PX + (row + 0.75) * LINE_PX;
    let column = 0;
    for (const span of spansOf(line)) {
      const x = PADDING_PX + column * CHAR_PX;
      if (span.inverse) {
        const w = span.text.length * CHAR_PX;
        body.push(`<rect x="${x}" y="${y - 14}" width="${w}" height="18" rx="4" fill="#4752c4"/>`);
      }
      const fill = span.inverse ? '#ffffff' : (span.colour ?? (span.dim ? '#7f848e' : '#d7dae0'));
      const weight = span.bold ? ' font-weight="bold"' : '';
      body.push(
        `<text x="${x}" y="${y}" fill="${fill}"${weight} xml:space="preserve">${escaped(span.text)}</text>`,
      );
      column += [...span.text].length;
    }
  }
  const font = 'font-family="\'DejaVu Sans Mono\',Menlo,Consolas,monospace" font-size="14"';
  const title = 'One signal in the sandbox: the message, the plan, the click, the fills and the result';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}"><rect width="100%" height="100%" rx="10" fill="#1e2127"/><g ${font}>${body.join('')}</g></svg>\n`;
}

const child = spawn(process.execPath, ['src/main.ts', 'sandbox', '--fast', '--once'], {
  env: { ...process.env, FORCE_COLOR: '1' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
let output = '';
for await (const chunk of child.stdout) output += chunk.toString();
if (child.exitCode !== null && child.exitCode !== 0)
  throw new Error(`the sandbox ended with ${child.exitCode}`);
writeFileSync('docs/sandbox.svg', draw(output.trimEnd().split('\n')));
