import type { Role } from './keywords/table.ts';
import type { Refined } from './refine.ts';
import { hasAny, holdsAny, type Token } from './token.ts';
import type { Clause } from './update-clauses.ts';

/** A clause, the message around it, and the questions that every reader of updates asks. */
export class ClauseView {
  readonly clause: Clause;
  readonly tokens: readonly Token[];
  readonly refined: Refined;
  private readonly roles = new Set<Role>();

  constructor(clause: Clause, refined: Refined) {
    this.clause = clause;
    this.tokens = clause.tokens;
    this.refined = refined;
    for (const { roles } of clause.tokens) if (roles.size > 0) for (const role of roles) this.roles.add(role);
  }

  any(a: Role, b?: Role, c?: Role, d?: Role, e?: Role, f?: Role): boolean {
    return holdsAny(this.roles, a, b, c, d, e, f);
  }

  /** Index of the first token with one of the roles, or -1. */
  find(a: Role, b?: Role, c?: Role, d?: Role, e?: Role): number {
    if (!holdsAny(this.roles, a, b, c, d, e)) return -1;
    return this.tokens.findIndex((token) => hasAny(token, a, b, c, d, e));
  }

  get namesCoin(): boolean {
    return this.tokens.some((token) => token.symbol !== null);
  }

  text(index: number): string {
    return this.tokens[index]?.text ?? '';
  }
}
