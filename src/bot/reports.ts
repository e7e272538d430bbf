import { asListed } from '../risk/listing.ts';
import { formatDuration } from '../trading/duration.ts';
import type { Contradiction, Denial, Plan, Signal, Source } from '../trading/model.ts';
import { cut, quote, relative } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { planLines, signalLine } from './plan-view.ts';
import { messageLink, type Posts } from './posts.ts';
import type { Retraction } from './retractions.ts';

/**
 * Says in the trades channel why a signal was not traded: denied, invalid, expired, withdrawn, rejected and failed are
 * six different words.
 */
export class Reports {
  readonly #posts: Posts;
  /** Signals of which it was said that they wait: what becomes of them is said in the same message. */
  readonly #waiting = new Set<string>();

  constructor(posts: Posts) {
    this.#posts = posts;
  }

  denied(signal: Signal, source: Source, denial: Denial): Promise<void> {
    const t = this.#posts.texts();
    // In the scale of the numbers that follow.
    const shown = denial.scaled ? asListed(signal, denial.scaled) : signal;
    return this.#post(source, [`${t.denied} · ${signalLine(shown, t)}`, ...denialLines(denial, t)]);
  }

  /** `text`: the message, whose first line tells which signal it was: what contradicts itself has no other name. */
  invalid(source: Source, { reason, numbers }: Contradiction, text: string): Promise<void> {
    const t = this.#posts.texts();
    const begins = text.split('\n').find((line) => line.trim() !== '') ?? '';
    return this.#post(source, [
      `${t.invalid} · ${reason}: ${t.invalids[reason](numbers ?? {})}`,
      ...(begins === '' ? [] : [`“${quote(begins, 80)}”`]),
    ]);
  }

  /** `since`: what the age is counted from. */
  expired(
    signal: Signal,
    source: Source,
    ageMs: number,
    maxAgeMs: number,
    since: 'posted' | 'edited' = 'posted',
  ): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [
      `${t.expired} · ${signalLine(signal, t)}`,
      t.report.tooOld[since](formatDuration(ageMs), formatDuration(maxAgeMs)),
    ]);
  }

  /** Its author took it back while nothing had been sent. Without the link: what stands there now may be a signal, too. */
  async withdrawn(signal: Signal, source: Source, how: Retraction): Promise<void> {
    const t = this.#posts.texts();
    await this.#say(source, [`${t.withdrawn} · ${signalLine(signal, t)}`, t.report.withdrawn[how]]);
    this.#waiting.delete(keyOf(source));
  }

  rejected(signal: Signal, source: Source, code: number, message: string): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [
      `${t.rejected} · ${signalLine(signal, t)}`,
      t.report.rejected(code, quote(message)),
    ]);
  }

  failed(signal: Signal, source: Source, message: string): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [`${t.failed} · ${signalLine(signal, t)}`, t.report.failed(quote(message))]);
  }

  observed(signal: Signal, source: Source, plan: Plan): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [`${t.observed} · ${signalLine(signal, t)}`, ...planLines(plan, t)]);
  }

  /** Nothing is decided yet. `until`: when it is denied at the latest; null: it is traded, and unconfirmed. */
  async waiting(signal: Signal, source: Source, until: number | null): Promise<void> {
    const t = this.#posts.texts();
    this.#waiting.add(keyOf(source));
    const why = until === null ? t.report.unconfirmed : t.report.unanswered(relative(until));
    await this.#say(source, [`${t.report.waiting} · ${signalLine(signal, t)}`, why]);
  }

  /** It went on; the card or the question tells how. Says nothing where nothing was said. */
  async waited(signal: Signal, source: Source, result: 'opened' | 'proposed', tookMs: number): Promise<void> {
    if (!this.#waiting.has(keyOf(source))) return;
    const t = this.#posts.texts();
    const took = formatDuration(Math.max(1_000, Math.round(tookMs / 1_000) * 1_000));
    await this.#say(source, [`${t.report.waited[result](took)} · ${signalLine(signal, t)}`]);
    this.#waiting.delete(keyOf(source));
  }

  async #post(source: Source, lines: string[]): Promise<void> {
    const t = this.#posts.texts();
    await this.#say(source, lines, t.report.from(quote(source.channel, 80), messageLink(source)));
    this.#waiting.delete(keyOf(source));
  }

  /**
   * Without the link to the signal where nothing has come of it: after a crash a message with the link is read as the
   * answer that it got.
   */
  #say(source: Source, lines: string[], from = this.#unlinked(source)): Promise<void> {
    const key = keyOf(source);
    return this.#posts.trades(this.#waiting.has(key) ? waitingSlot(source) : `report:${key}`, {
      content: cut([...lines, from].join('\n'), 1_900),
    });
  }

  #unlinked({ channel }: Source): string {
    return this.#posts.texts().report.fromChannel(quote(channel, 80));
  }
}

/** Of the message that says that a signal waits, and then what has become of it. */
export function waitingSlot(source: Pick<Source, 'messageId' | 'index'>): string {
  return `waiting:${keyOf(source)}`;
}

function keyOf({ messageId, index }: Pick<Source, 'messageId' | 'index'>): string {
  return `${messageId}:${index}`;
}

/** The code, what it means, the numbers compared, of which symbol they are, and the setting to look at. */
export function denialLines(denial: Denial, t: Catalogue): string[] {
  const lines = [`${denial.code}: ${t.denials[denial.code](denial.numbers)}`];
  if (denial.scaled) lines.push(t.report.scaled(denial.scaled));
  if (denial.setting !== null) lines.push(t.report.setting(denial.setting));
  return lines;
}
