import type { ConfigChange } from '../config/diff.ts';
import { type Problem, problemLines } from '../config/problem.ts';
import type { Desk, DeskEvent } from '../trading/desk-types.ts';
import { entered } from '../trading/lifecycle/facts.ts';
import type { Order, Trade } from '../trading/model.ts';
import { kindOfAlert, kindOfRecovery } from './alert-levels.ts';
import { alertText, recoveryText } from './alert-view.ts';
import { closedLine, resultLines } from './card-view.ts';
import type { Cards } from './cards.ts';
import { configChangedText, configRefusedText } from './config-view.ts';
import { describe } from './discord-errors.ts';
import { elsewhereText, filledText } from './fill-view.ts';
import { quote } from './format.ts';
import type { Outbox } from './outbox.ts';
import { pauseLine } from './pauses.ts';
import { tradeName } from './plan-view.ts';
import type { Log, Now } from './ports.ts';
import type { Posts } from './posts.ts';
import type { Questions } from './questions.ts';
import type { AlertKind } from './records.ts';
import type { Reports } from './reports.ts';
import { showSetting } from './risk-values.ts';
import { isRiskKey, type Settings } from './settings.ts';

export interface TellerDeps {
  desk: Desk;
  posts: Posts;
  outbox: Pick<Outbox, 'onceDurable'>;
  cards: Cards;
  questions: Pick<Questions, 'tradeEnded'>;
  reports: Reports;
  settings: Settings;
  now: Now;
  log: Log;
}

/** Tells what the desk reports: one card per trade, one message per order that filled, alerts to the operators. */
export class Teller {
  readonly #deps: TellerDeps;
  #alerts = 0;

  constructor(deps: TellerDeps) {
    this.#deps = deps;
  }

  /** Never rejects; what is told is durable when it resolves, or its trade does not count it as told before it is. */
  async tell(event: DeskEvent): Promise<void> {
    try {
      await this.#tell(event);
    } catch (error) {
      this.#deps.log.error({ event: event.type, error: describe(error) }, 'an event could not be told');
    }
  }

  /** Cards show the present even if the program ended before their last edit was posted. */
  async refreshCards(): Promise<void> {
    for (const trade of this.#deps.desk.trades()) await this.#deps.cards.showNow(trade);
  }

  /** About the config file. */
  async config(text: string): Promise<void> {
    const t = this.#deps.posts.texts();
    await this.#alert('problems', `${t.config}${t.colon}${quote(text, 1_500)}`);
  }

  /** A config file that cannot be used. */
  async configRefused(problems: readonly Problem[]): Promise<void> {
    const { posts, settings } = this.#deps;
    const lines = problemLines(problems, settings.config().language);
    await this.#alert('problems', configRefusedText(lines, posts.texts()));
  }

  /** What another config file has changed. */
  async configChanged(changes: readonly ConfigChange[]): Promise<void> {
    const { posts, settings } = this.#deps;
    const t = posts.texts();
    const setInstead = (path: string): string | null => {
      const [, key = ''] = /^risk\.(\w+)$/.exec(path) ?? [];
      return isRiskKey(key) && settings.isSet(key) ? showSetting(key, settings.account(), t) : null;
    };
    await this.#alert('problems', configChangedText(changes, setInstead, t));
  }

  async #tell(event: DeskEvent): Promise<void> {
    const { posts, settings } = this.#deps;
    const t = posts.texts();
    switch (event.type) {
      case 'opened':
      case 'changed':
        return this.#card(event.trade);
      case 'filled':
        return this.#filled(event);
      case 'rejected':
        return this.#rejected(event);
      case 'elsewhere': {
        const text = elsewhereText(event, t);
        const slot = `elsewhere:${event.trade.id}:${event.cause}:${event.quantity.toFixed()}`;
        await Promise.all([
          posts.trades(slot, { content: text }),
          posts.direct('elsewhere', slot, text),
          this.#card(event.trade),
        ]);
        return;
      }
      case 'closed':
        return this.#closed(event.trade);
      case 'paused':
        return this.#alert(
          'pauses',
          pauseLine(event.pause, t, (id) => settings.channel(id)?.name ?? id),
        );
      case 'resumed':
        return this.#alert(
          'pauses',
          t.alertLines.resumed(event.reasons.map((reason) => t.pauses[reason]).join(t.comma)),
        );
      case 'recovered':
        // Where nothing was found there is nothing to tell, but that the run before has died.
        if (event.lines.length === 0 && event.crashedAt === null) return;
        return this.#alert(kindOfRecovery(event), recoveryText(event, t));
      case 'part':
        // Told as an incident, once, by whoever keeps the register.
        return;
      case 'alert':
        return this.#alert(kindOfAlert(event), await this.#alertText(event));
    }
  }

  async #filled(event: Extract<DeskEvent, { type: 'filled' }>): Promise<void> {
    const { posts, outbox, desk } = this.#deps;
    const text = filledText(event, posts.texts());
    const slot = `fill:${event.trade.id}:${event.order.clientId}`;
    // The card belongs to the same turn: a later event must not be overwritten by this older trade.
    await Promise.all([
      posts.trades(slot, { content: text }),
      posts.direct('fills', slot, text),
      this.#card(event.trade),
    ]);
    const { clientId, executed } = event.order;
    await outbox.onceDurable(() => desk.announced(event.trade.id, clientId, executed));
  }

  /** An entry that the exchange refused is a signal that is not traded; other orders raise an alert of their own. */
  async #rejected({ trade, order }: Extract<DeskEvent, { type: 'rejected' }>): Promise<void> {
    await Promise.all([this.#card(trade), order.role === 'entry' && this.#notEntered(trade, order)]);
  }

  #notEntered({ signal, source, createdAt }: Trade, { code, reason, sendAt }: Order): Promise<void> {
    const { reports, now } = this.#deps;
    if (sendAt === null) return reports.rejected(signal, source, code ?? 0, reason ?? '');
    // It still waited to be sent: the exchange took no orders for as long as maxAge allows.
    const seconds = String(Math.round((now() - createdAt) / 1_000));
    return reports.denied(signal, source, {
      code: 'exchange_unreachable',
      setting: null,
      numbers: { seconds },
    });
  }

  async #closed(trade: Trade): Promise<void> {
    const { posts, outbox, desk, questions } = this.#deps;
    const t = posts.texts();
    const isOpen = (tradeId: string): boolean => desk.trades().some((one) => one.id === tradeId);
    const bill = entered(trade).isZero() ? [] : [resultLines(trade, t).join(' · ')];
    await Promise.all([
      this.#card(trade),
      posts.trades(`closed:${trade.id}`, { content: [closedLine(trade, t), ...bill].join('\n') }),
      questions.tradeEnded(trade.id, isOpen),
    ]);
    const { id, closedAt } = trade;
    if (closedAt !== null) await outbox.onceDurable(() => desk.closingAnnounced(id, closedAt));
  }

  #card(trade: Trade): Promise<void> {
    return this.#deps.cards.show(trade);
  }

  async #alertText(event: Extract<DeskEvent, { type: 'alert' }>): Promise<string> {
    const t = this.#deps.posts.texts();
    const trade = event.tradeId === null ? null : await this.#deps.desk.find(event.tradeId);
    return alertText(event, trade ? tradeName(trade.plan, t) : null, t);
  }

  async #alert(kind: AlertKind, text: string): Promise<void> {
    this.#alerts += 1;
    await this.#deps.posts.alert(kind, `alert:${this.#deps.now()}:${this.#alerts}`, text);
  }
}
