import { type Document, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { z } from 'zod';
import { type Fault, type Faults, isFault, type Problem } from './problem.ts';
import { type Config, configSchema } from './schema.ts';

/** `problems` name the line and the key, and no file. */
export type ParsedConfig = { ok: true; config: Config } | { ok: false; problems: Problem[] };

export function parseConfig(text: string): ParsedConfig {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
  const problem = (offset: number | null, key: string | null, fault: Fault): Problem => ({
    file: null,
    line: offset === null ? null : lines.linePos(offset).line,
    key,
    fault,
  });
  if (document.errors.length > 0) {
    const problems = document.errors.map(({ pos: [start], code, message }) =>
      problem(start, null, code === 'DUPLICATE_KEY' ? { code: 'key_twice' } : { code: 'yaml', message }),
    );
    return { ok: false, problems };
  }
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch (error) {
    // Aliases that multiply without end.
    const message = error instanceof Error ? error.message : String(error);
    return { ok: false, problems: [problem(null, null, { code: 'other', message })] };
  }
  const parsed = judged(content);
  if (parsed.success) return { ok: true, config: parsed.data };
  const problems = parsed.error.issues
    .flatMap(explain)
    .map(({ path, fault }) => problem(offsetOf(document, path), pathText(path), fault));
  return { ok: false, problems: distinct(problems) };
}

/** What is wrong with the one value at this path, whatever the content lacks beside it; null when nothing. */
export function faultAt(content: object, path: readonly string[]): Fault | null {
  const found = judged(content).error?.issues.flatMap(explain) ?? [];
  return found.find((one) => pathText(one.path) === pathText(path))?.fault ?? null;
}

function judged(content: unknown) {
  return configSchema.safeParse(content, { reportInput: true });
}

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

function explain(issue: Issue): { path: Path; fault: Fault }[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, fault: faultOf(issue) }];
  return issue.keys.map((key) => ({ path: [...path, key], fault: { code: 'unknown_key' } }));
}

function faultOf(issue: Issue): Fault {
  const { message } = issue;
  if (isFault(message)) return refused(message, issue);
  switch (issue.code) {
    case 'invalid_type': {
      if (issue.input === undefined) return { code: 'missing' };
      return { code: 'type', expected: issue.expected, received: z.core.util.parsedType(issue.input) };
    }
    case 'invalid_value':
      return { code: 'one_of', values: issue.values.map((value) => JSON.stringify(value)).join('|') };
    case 'too_small':
      return { code: 'at_least', min: String(issue.minimum) };
    case 'too_big':
      return { code: 'at_most', max: String(issue.maximum) };
    case 'invalid_union':
      return ofUnion(issue);
    default:
      return { code: 'other', message };
  }
}

/** The params of a custom issue are those of its code: `refusal` sees to it. */
function refused(code: keyof Faults, issue: Issue): Fault {
  return { code, ...(issue.code === 'custom' ? issue.params : {}) } as Fault;
}

/** What a number may also be (text, a Decimal) is not worth telling. */
function ofUnion(issue: z.core.$ZodIssueInvalidUnion): Fault {
  const nested = issue.errors.flat();
  const told = nested.find(({ message }) => isFault(message));
  if (told) return faultOf(told);
  const isNumber = nested.some((each) => each.code === 'invalid_type' && each.expected === 'number');
  return isNumber ? { code: 'number' } : { code: 'other', message: issue.message };
}

function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}

/** Empty for the file's own value. */
function pathText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('');
  return text.replace(/^\./, '');
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
