import { formatDuration } from '../trading/duration.ts';
import type { Contradiction, Denial, Plan, Signal, Source } from '../trading/model.ts';
import { cut, quote } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { planLines, signalLine } from './plan-view.ts';
import { messageLink, type Posts } from './posts.ts';

/** Says in the trades channel why a signal was not traded: denied, invalid, expired, rejected and failed are five different words. */
export class Reports {
  readonly #posts: Posts;

  constructor(posts: Posts) {
    this.#posts = posts;
  }

  denied(signal: Signal, source: Source, denial: Denial): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [`${t.denied} · ${signalLine(signal, t)}`, ...denialLines(denial, t)]);
  }

  invalid(source: Source, { reason, numbers }: Contradiction): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [`${t.invalid} · ${reason}: ${t.invalids[reason](numbers ?? {})}`]);
  }

  expired(signal: Signal, source: Source, ageMs: number, maxAgeMs: number): Promise<void> {
    const t = this.#posts.texts();
    return this.#post(source, [
      `${t.expired} · ${signalLine(signal, t)}`,
      t.report.tooOld(formatDuration(ageMs), formatDuration(maxAgeMs)),
    ]);
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

  #post(source: Source, lines: string[]): Promise<void> {
    const t = this.#posts.texts();
    const from = t.report.from(quote(source.channel, 80), messageLink(source));
    return this.#posts.trades(`report:${source.messageId}:${source.index}`, {
      content: cut([...lines, from].join('\n'), 1_900),
    });
  }
}

/** The code, what it means, the numbers compared, and the setting to look at. */
export function denialLines(denial: Denial, t: Catalogue): string[] {
  const lines = [`${denial.code}: ${t.denials[denial.code](denial.numbers)}`];
  if (denial.setting !== null) lines.push(t.report.setting(denial.setting));
  return lines;
}
