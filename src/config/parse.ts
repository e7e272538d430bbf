import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import type { z } from 'zod';
import { type Config, configSchema } from './schema.ts';

/** `problems` are one line each and name the line and the key: `line 12: risk.maxLeverage: must be 150 or less`. */
export type ParsedConfig = { ok: true; config: Config } | { ok: false; problems: string[] };

export function parseConfig(text: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ pos: [start], message }) => `line ${lines.linePos(start).line}: not valid YAML: ${message}`,
    );
    return { ok: false, problems };
  }
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch (error) {
    // Aliases that multiply without end.
    return { ok: false, problems: [error instanceof Error ? error.message : String(error)] };
  }
  const parsed = configSchema.safeParse(content);
  if (parsed.success) return { ok: true, config: parsed.data };
  const problems = parsed.error.issues.flatMap(explain).map(({ path, message }) => {
    const line = lines.linePos(offsetOf(document, path)).line;
    return `line ${line}: ${pathText(path)}: ${message}`.replaceAll(/\s*\n\s*/g, ' ');
  });
  return { ok: false, problems: [...new Set(problems)] };
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

function explain(issue: Issue): { path: Path; message: string }[] {
  const { path } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({ path: [...path, key], message: 'unknown key' }));
    case 'invalid_type':
      return [{ path, message: issue.input === undefined && isMissing(issue) ? 'is missing' : plain(issue) }];
    case 'invalid_union':
      return [{ path, message: plain(issue) === 'Invalid input' ? alternatives(issue) : plain(issue) }];
    default:
      return [{ path, message: plain(issue) }];
  }
}

function isMissing(issue: Issue): boolean {
  return issue.message.endsWith('received undefined');
}

/** Zod's words without its opening: `expected number, received string`. */
function plain(issue: Issue): string {
  return issue.message.replace(/^Invalid (input|option): /, '');
}

function alternatives(issue: z.core.$ZodIssueInvalidUnion): string {
  const nested = issue.errors.flat();
  const told = nested.find(({ code }) => code === 'invalid_format' || code === 'custom');
  if (told) return plain(told);
  const types = nested.flatMap((each) => (each.code === 'invalid_type' ? [each.expected] : []));
  return types.includes('number') ? 'expected a number' : `expected ${types.join(' or ')}`;
}

function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}

/** Where the path's last existing step stands in the text. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => (isScalar(key) ? key.value === step : key === step));
      if (!pair) return offset;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | null {
  return (node as Node | null | undefined)?.range?.[0] ?? null;
}
