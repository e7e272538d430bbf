import type { Role } from './keywords/table.ts';
import type { Refined } from './refine.ts';
import { hasAny, type Token } from './tokens.ts';
import type { Clause } from './update-clauses.ts';

/** A clause, the message around it, and the questions that every reader of updates asks. */
export class ClauseView {
  readonly clause: Clause;
  readonly tokens: readonly Token[];
  readonly refined: Refined;

  constructor(clause: Clause, refined: Refined) {
    this.clause = clause;
    this.tokens = clause.tokens;
    this.refined = refined;
  }

  any(...roles: readonly Role[]): boolean {
    return this.tokens.some((token) => hasAny(token, ...roles));
  }

  /** Index of the first token with one of the roles, or -1. */
  find(...roles: readonly Role[]): number {
    return this.tokens.findIndex((token) => hasAny(token, ...roles));
  }

  get namesCoin(): boolean {
    return this.tokens.some((token) => token.symbol !== null);
  }

  text(index: number): string {
    return this.tokens[index]?.text ?? '';
  }
}
