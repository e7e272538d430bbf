import type { Desk } from '../trading/desk-types.ts';
import type { Press } from './buttons.ts';
import { cardLines } from './card-view.ts';
import { describe } from './discord-errors.ts';
import { changeText } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { Collection, Log } from './ports.ts';
import { decisionLines } from './proposal-view.ts';
import { decisionLine } from './questions.ts';
import type { Proposal, Question } from './records.ts';

export interface PressRecordDeps {
  desk: Pick<Desk, 'find'>;
  proposals: Pick<Collection<Proposal>, 'get'>;
  questions: Pick<Collection<Question>, 'get'>;
  log: Log;
}

/** What a press has changed, for the audit. */
export class PressRecord {
  readonly #deps: PressRecordDeps;

  constructor(deps: PressRecordDeps) {
    this.#deps = deps;
  }

  /** Begin it with the press; what it answers with is asked once that is done. Never rejects: the press matters more. */
  begin(press: Press, t: Catalogue): (answer: string | null) => Promise<string> {
    // Nothing is read ahead of a decision, whose order is not to wait; it was open until now.
    const before = press.type === 'trade' ? this.#standing(press.tradeId, t) : null;
    return async (answer) => {
      if (press.type === 'trade')
        return joined([answer, changeText(await before, await this.#standing(press.tradeId, t))]);
      return answer ?? (await this.#known(() => this.#decision(press, t))) ?? '';
    };
  }

  #standing(tradeId: string, t: Catalogue): Promise<string | null> {
    return this.#known(async () => {
      const trade = await this.#deps.desk.find(tradeId);
      return trade && cardLines(trade, t).join(' ');
    });
  }

  async #known(look: () => Promise<string | null>): Promise<string | null> {
    try {
      return await look();
    } catch (error) {
      this.#deps.log.error({ error: describe(error) }, 'the audit cannot tell what changed');
      return null;
    }
  }

  /** What was open and no longer is. */
  async #decision(press: Press, t: Catalogue): Promise<string | null> {
    const { proposals, questions } = this.#deps;
    switch (press.type) {
      case 'proposal': {
        const proposal = await proposals.get(press.id);
        if (!proposal) return null;
        return `${tradeName(proposal.plan, t)}${t.colon}${changeText(t.question.open, decisionLines(proposal, t).join(' '))}`;
      }
      case 'question': {
        const question = await questions.get(press.id);
        if (!question) return null;
        const decision = changeText(t.question.open, decisionLine(question, t));
        return joined([decision, question.result, question.text]);
      }
      case 'trade':
      case 'audit':
      case 'list':
        return null;
    }
  }
}

function joined(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null && part !== '').join(' · ');
}
