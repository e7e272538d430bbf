import type { Json } from './json.ts';

/** What goes wrong with a request to the REST API. */
export type FaultKind =
  /** 429 with `retryAfterS`, `scope` and, for `global`, the global header. The request has no effect. */
  | { kind: 'rateLimit'; retryAfterS: number; scope?: 'user' | 'shared' | 'global' }
  /** Any status, with `body` (JSON) or an HTML page as a proxy sends it. The request has no effect. */
  | { kind: 'status'; status: number; body?: Json }
  /** Never answered. The request has no effect. */
  | { kind: 'hang' }
  /** Carried out at once, answered `delayMs` late. */
  | { kind: 'delay'; delayMs: number }
  /** On its way for `delayMs`, then carried out and answered: an answer to an interaction may come too late. */
  | { kind: 'slow'; delayMs: number }
  /** The connection breaks before the request takes effect. */
  | { kind: 'dropBefore' }
  /** The request takes effect, then the connection breaks without an answer. */
  | { kind: 'dropAfter' };

export type FaultRule = FaultKind & {
  /**
   * The route as the server declares it, e.g. `POST /channels/:channel/messages`; `POST *` for a method, `*` (default)
   * for all. A path with real ids is compared too.
   */
  route?: string;
  /** How often it strikes; default 1. 0 means until it is cleared. */
  times?: number;
};

export interface Faults {
  add(rule: FaultRule): void;
  clear(): void;
  /** The faults that still wait to strike. */
  readonly pending: readonly FaultRule[];
  /** Takes the next fault for the request, if any. */
  strike(method: string, template: string, path: string): FaultKind | undefined;
}

export function createFaults(): Faults {
  let rules: { rule: FaultRule; left: number }[] = [];
  return {
    add(rule) {
      const times = rule.times ?? 1;
      rules.push({ rule, left: times === 0 ? Number.POSITIVE_INFINITY : times });
    },
    clear() {
      rules = [];
    },
    get pending() {
      return rules.map(({ rule }) => rule);
    },
    strike(method, template, path) {
      const hit = rules.find(({ rule }) => matches(rule.route ?? '*', method, template, path));
      if (hit === undefined) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) rules = rules.filter((entry) => entry !== hit);
      return hit.rule;
    },
  };
}

function matches(route: string, method: string, template: string, path: string): boolean {
  if (route === '*') return true;
  return [`${method} *`, `${method} ${template}`, `${method} ${path}`].includes(route);
}
