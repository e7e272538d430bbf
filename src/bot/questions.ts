import type { Agreement, Performed } from './actions.ts';
import { Alarm, latestEnd } from './alarm.ts';
import { buttonRows } from './buttons.ts';
import { describe } from './discord-errors.ts';
import type { FollowUps, Tell } from './follow-ups.ts';
import { cut, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import type { Outbox } from './outbox.ts';
import type { Collection, Log, MessageBody, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Question, QuestionAction } from './records.ts';
import { begunLines, isRepeatable } from './requests.ts';
import { shownAgain } from './shown-again.ts';
import { within } from './within.ts';

/** What is to be asked. The option that does nothing is added. */
export interface Asked {
  /** Asking again under the same id shows the same question, while it is open. */
  id: string;
  channelId: string;
  text: string;
  options: readonly { label: string; action: QuestionAction }[];
  /** What the option is called that does nothing; `Cancel` where absent. */
  decline?: string;
  timeoutMs: number;
  /** Open questions that this one takes the place of. */
  insteadOf?(question: Question): boolean;
}

export interface QuestionDeps {
  questions: Collection<Question>;
  posts: Posts;
  outbox: Outbox;
  followUps: Pick<FollowUps, 'follow'>;
  perform(action: QuestionAction, agreement: Agreement, t: Catalogue): Promise<Performed>;
  now: Now;
  log: Log;
}

/** What an answer is followed under. */
const FOLLOWED = 'question:';
/** What the store did not take is written again so long after. */
const SAVED_AGAIN_MS = 5_000;
/** A store that does not answer is not waited for longer: what closes matters more. */
const CLAIM_PATIENCE_MS = 1_000;

/**
 * Questions to the operators: asked once, answered once, expired by the clock, kept over a restart. An answer is written
 * before it is carried out: a start that finds it in hand never does a second time what then would be something else.
 */
export class Questions {
  readonly #deps: QuestionDeps;
  readonly #open = new Map<string, Question>();
  /** Not in the store yet, as they are now: the next start would take them for what they were. */
  readonly #unsaved = new Map<string, Question>();
  readonly #alarm: Alarm;
  #closed = false;

  constructor(deps: QuestionDeps) {
    this.#deps = deps;
    this.#alarm = new Alarm(deps.now, () => void this.#wake());
  }

  async start(): Promise<void> {
    const { questions, posts, now } = this.#deps;
    const rows = await questions.all();
    const again = shownAgain(rows, now());
    for (const [id, question] of rows) {
      if (question.inHand) void this.#takeUp(question);
      else if (question.state === 'open') {
        const { askedAt, expiresAt } = question;
        this.#open.set(id, { ...question, expiresAt: latestEnd(expiresAt, expiresAt - askedAt, now()) });
        await posts.recall(slotOf(id));
      } else if (again.has(id)) await this.#show(question);
    }
    await this.#expire();
  }

  close(): void {
    this.#closed = true;
    this.#alarm.clear();
  }

  /** Posts the question. */
  async ask(asked: Asked): Promise<void> {
    const open = this.#open.get(asked.id);
    // An earlier run may have written it down, and ended before it posted it.
    if (open) return await this.post(open);
    if ((await this.#known(asked.id)) !== undefined) return;
    const t = this.#deps.posts.texts();
    await this.post(await this.register(asked, t));
    for (const old of this.#open.values()) {
      if (old.id === asked.id || !asked.insteadOf?.(old)) continue;
      this.#open.delete(old.id);
      await this.#finish({ ...old, state: 'expired', result: t.question.askedAnew });
    }
  }

  async post(question: Question): Promise<void> {
    const { posts } = this.#deps;
    await posts.into(question.channelId, slotOf(question.id), questionBody(question, posts.texts()));
  }

  /** Opens the question for somebody else to post: the answer to a command, in the caller's language. */
  async register(asked: Asked, t: Catalogue): Promise<Question> {
    const askedAt = this.#deps.now();
    const nothing = { label: asked.decline ?? t.button.cancel, action: { type: 'nothing' as const } };
    const question: Question = {
      id: asked.id,
      channelId: asked.channelId,
      text: asked.text,
      options: [...asked.options, nothing],
      state: 'open',
      askedAt,
      expiresAt: askedAt + asked.timeoutMs,
      by: null,
      decidedAt: null,
      chosen: null,
      result: null,
    };
    this.#open.set(question.id, question);
    await this.#save(question);
    this.#arm();
    return question;
  }

  /**
   * The trade has closed: what asks about no trade but those that have ended is over.
   * @param isOpen of any trade, by its id
   */
  async tradeEnded(tradeId: string, isOpen: (tradeId: string) => boolean): Promise<void> {
    const about = [...this.#open.values()].filter((question) => {
      const meant = tradesOf(question);
      return meant.includes(tradeId) && !meant.some(isOpen);
    });
    for (const question of about) {
      // One that is answered meanwhile is carried out.
      if (!this.#open.delete(question.id)) continue;
      const result = this.#deps.posts.texts().question.tradeEnded;
      await this.#finish({ ...question, state: 'expired', result });
    }
    this.#arm();
  }

  /** The question stands in this message: it was posted as the answer to a command. */
  async postedAs(id: string, channelId: string, messageId: string): Promise<void> {
    await this.#deps.outbox.adopt(slotOf(id), channelId, messageId);
  }

  /** The operator's click. Answers with what to tell them when it did not count. */
  async answer(id: string, option: number, by: string): Promise<string | null> {
    const t = this.#deps.posts.texts();
    const question = this.#open.get(id);
    const chosen = question?.options[option];
    if (!question || !chosen) return this.#alreadyAnswered(id, t);
    this.#open.delete(id);
    if (question.expiresAt <= this.#deps.now()) {
      await this.#finish({ ...question, state: 'expired' });
      return t.question.expired;
    }
    const decidedAt = this.#deps.now();
    const answered: Question = { ...question, state: 'answered', by, chosen: option, decidedAt };
    await this.#claim(answered, chosen.action);
    await this.#carryOut(answered, chosen.action, t);
    return null;
  }

  /**
   * Durable before it is carried out, where the store takes it in time. What can be done again is not kept waiting: a
   * start that finds the question open, or in hand, may do it once more.
   */
  async #claim(answered: Question, action: QuestionAction): Promise<void> {
    if (action.type === 'nothing') return;
    const saved = this.#save({ ...answered, inHand: true });
    if (!mayBeRepeated(action)) await within(CLAIM_PATIENCE_MS, saved);
  }

  /** The program ended while it was being carried out. Never rejects. */
  async #takeUp(question: Question): Promise<void> {
    const { inHand: _, ...answered } = question;
    const { posts, log } = this.#deps;
    const t = posts.texts();
    const action = question.options[question.chosen ?? -1]?.action;
    try {
      if (action && mayBeRepeated(action)) await this.#carryOut(answered, action, t, t.question.takenUp);
      else await this.#finish({ ...answered, result: t.question.interrupted });
    } catch (error) {
      log.error({ question: question.id, error: describe(error) }, 'an answer in hand could not be taken up');
    }
  }

  async #carryOut(answered: Question, action: QuestionAction, t: Catalogue, first = ''): Promise<void> {
    const { id, by, channelId } = answered;
    const {
      said,
      later,
      begun = [],
    } = await this.#perform(action, { by: by ?? '', channelId, questionId: id }, t);
    const told = (result: string) => [first, result].filter((line) => line !== '').join('\n');
    await this.#deps.followUps.follow(`${FOLLOWED}${id}`, begun, async () => {
      const finished = await this.#finish({ ...answered, result: told(said) });
      if (later) void this.#amend(finished, async () => told(await later()));
      return (ended) => this.#amend(finished, async () => told(begunLines(ended, t).join('\n')));
    });
  }

  /** Null where the key is of something else. */
  follower(key: string): Tell | null {
    if (!key.startsWith(FOLLOWED)) return null;
    return async (ended) => {
      const finished = await this.#known(key.slice(FOLLOWED.length));
      const t = this.#deps.posts.texts();
      if (finished) await this.#amend(finished, async () => begunLines(ended, t).join('\n'));
    };
  }

  async #perform(action: QuestionAction, agreement: Agreement, t: Catalogue): Promise<Performed> {
    try {
      return await this.#deps.perform(action, agreement, t);
    } catch (error) {
      this.#deps.log.error(
        { action: action.type, error: describe(error) },
        'an answer could not be carried out',
      );
      return { said: t.gate.failed };
    }
  }

  async #finish(question: Question): Promise<Question> {
    const finished = { ...question, decidedAt: question.decidedAt ?? this.#deps.now() };
    await this.#save(finished);
    await this.#show(finished);
    return finished;
  }

  /** Never rejects. */
  async #amend(finished: Question, later: () => Promise<string>): Promise<void> {
    try {
      const amended = { ...finished, result: await later() };
      await this.#save(amended);
      await this.#show(amended);
    } catch (error) {
      this.#deps.log.error(
        { question: finished.id, error: describe(error) },
        'an answer could not be amended',
      );
    }
  }

  /** What became of it. */
  async #show(finished: Question): Promise<void> {
    // A question whose message is not known cannot be edited; posting it anew would only confuse.
    const isPosted = (await this.#deps.outbox.whereIs(slotOf(finished.id))) !== null;
    if (isPosted || finished.state === 'answered') await this.post(finished);
  }

  /** Never rejects: written again until the store takes it. */
  async #save(question: Question): Promise<void> {
    const { questions, log } = this.#deps;
    const { id } = question;
    this.#unsaved.set(id, question);
    try {
      await questions.set(id, question);
      if (this.#unsaved.get(id) === question) this.#unsaved.delete(id);
    } catch (error) {
      log.error({ question: id, error: describe(error) }, 'question not durable');
      this.#arm();
    }
  }

  async #known(id: string): Promise<Question | undefined> {
    return this.#unsaved.get(id) ?? this.#open.get(id) ?? (await this.#deps.questions.get(id));
  }

  async #alreadyAnswered(id: string, t: Catalogue): Promise<string> {
    const question = await this.#known(id);
    if (!question || question.state === 'open') return t.proposal.gone;
    return t.proposal.already(decisionLine(question, t));
  }

  async #expire(): Promise<void> {
    const due = [...this.#open.values()].filter((question) => question.expiresAt <= this.#deps.now());
    for (const question of due) {
      if (this.#open.delete(question.id)) await this.#finish({ ...question, state: 'expired' });
    }
    this.#arm();
  }

  async #wake(): Promise<void> {
    await Promise.all([...this.#unsaved.values()].map((question) => this.#save(question)));
    await this.#expire();
  }

  #arm(): void {
    if (this.#closed) return;
    const ends = [...this.#open.values()].map((question) => question.expiresAt);
    this.#alarm.set(this.#unsaved.size === 0 ? ends : [...ends, this.#deps.now() + SAVED_AGAIN_MS]);
  }
}

function mayBeRepeated(action: QuestionAction): boolean {
  return action.type === 'panic' || (action.type === 'trade' && action.requests.every(isRepeatable));
}

/** Ids of the trades that an answer would do something with. */
function tradesOf({ options }: Question): string[] {
  return options.flatMap(({ action }) => (action.type === 'trade' ? [action.tradeId] : []));
}

function slotOf(id: string): string {
  return `question:${id}`;
}

export function questionBody(question: Question, t: Catalogue): MessageBody {
  if (question.state !== 'open') {
    const lines = [question.text, decisionLine(question, t), question.result ?? ''];
    return { content: cut(lines.filter((line) => line !== '').join('\n'), 1_900) };
  }
  const last = question.options.length - 1;
  return {
    content: cut([question.text, t.proposal.expires(relative(question.expiresAt))].join('\n'), 1_900),
    components: buttonRows(
      question.options.map(({ label }, option) => ({
        label,
        press: { type: 'question', id: question.id, option },
        style: option === last ? 'secondary' : 'primary',
      })),
    ),
  };
}

/** Who has answered what, and when. */
export function decisionLine(question: Question, t: Catalogue): string {
  if (question.state === 'expired') return t.question.expired;
  const label = question.chosen === null ? '' : (question.options[question.chosen]?.label ?? '');
  return t.question.answered(
    label,
    `<@${question.by ?? ''}>`,
    relative(question.decidedAt ?? question.askedAt),
  );
}
