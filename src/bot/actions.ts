import type { Desk } from '../trading/desk-types.ts';
import type { Trade } from '../trading/model.ts';
import type { Audit } from './audit.ts';
import type { Catalogue } from './locales/index.ts';
import { changePauses, keptAnswer, resumedLine } from './pausing.ts';
import type { Now } from './ports.ts';
import type { Asked } from './questions.ts';
import type { QuestionAction } from './records.ts';
import { type Begun, begunLines, carryOut } from './requests.ts';
import { parseValue, refusalText, showSetting, unknownKeyText } from './risk-values.ts';
import { isRiskKey, type Settings } from './settings.ts';
import type { TradeWatch } from './trade-watch.ts';

export interface ActionDeps {
  desk: Desk;
  settings: Settings;
  audit: Audit;
  watch: Pick<TradeWatch, 'first'>;
  ask(asked: Asked): Promise<void>;
  now: Now;
}

/** Who agreed, and where. */
export interface Agreement {
  by: string;
  channelId: string;
  questionId: string;
}

/** What came of it, and where there is more to say later, what is said in its place then. */
export interface Performed {
  said: string;
  /** It says no more of what was begun with trades. */
  later?(): Promise<string>;
  begun?: readonly Begun[];
}

/** Carries out what a human has agreed to, and says what came of it. */
export async function perform(
  deps: ActionDeps,
  action: QuestionAction,
  { by, channelId, questionId }: Agreement,
  t: Catalogue,
): Promise<Performed> {
  const { desk, settings, watch } = deps;
  switch (action.type) {
    case 'nothing':
      return { said: '' };
    case 'trade': {
      const trade = await desk.find(action.tradeId);
      if (!trade) return { said: t.card.notFound };
      const begun = [{ trade, carried: await carryOut(desk, trade, action.requests, by, true) }];
      return { said: begunLines(begun, t).join('\n'), begun };
    }
    case 'panic': {
      const open = desk.trades();
      const { trades, stored } = await changePauses(deps, by, t, () => desk.panic(by));
      const said = t.command.panicking(trades);
      if (!stored || open.length === 0) return keptAnswer(said, stored, desk, t);
      const isOver = ({ phase }: Trade): true | null => (phase === 'closed' ? true : null);
      return {
        said,
        async later() {
          await Promise.all(open.map(({ id }) => watch.first(id, isOver)));
          return `${said}\n${t.command.panicOver(open.length)}`;
        },
      };
    }
    case 'resume':
      if (action.askAgain) {
        await deps.ask({
          id: `${questionId}-again`,
          channelId,
          text: t.question.resumeEarlyAgain,
          options: [{ label: t.button.confirm, action: { ...action, askAgain: false } }],
          timeoutMs: settings.config().confirm.timeout,
        });
        return { said: '' };
      }
      return {
        said: resumedLine(
          await changePauses(deps, by, t, () => desk.resume(action.reasons, action.channelId)),
          t,
        ),
      };
    case 'set_risk':
      return { said: await setRisk(deps, action.key, action.value, by, t) };
    case 'reset_risk':
      return { said: await resetRisk(deps, action.key, by, t) };
  }
}

/** `text` as a user writes it. */
export async function setRisk(
  { settings, audit }: Pick<ActionDeps, 'settings' | 'audit'>,
  key: string,
  text: string,
  by: string,
  t: Catalogue,
): Promise<string> {
  if (!isRiskKey(key)) return unknownKeyText(key, t);
  const result = await settings.set(key, parseValue(key, text), by);
  if (result.kind === 'invalid') return refusalText(key, text, result.why, t);
  const [from, to] = [showSetting(key, result.from, t), showSetting(key, result.to, t)];
  await audit.write(by, 'setting', key, `${from} → ${to}`);
  return t.command.set(key, from, to);
}

export async function resetRisk(
  { settings, audit }: Pick<ActionDeps, 'settings' | 'audit'>,
  key: string,
  by: string,
  t: Catalogue,
): Promise<string> {
  if (!isRiskKey(key)) return unknownKeyText(key, t);
  const result = await settings.reset(key);
  if (result.kind === 'invalid') return refusalText(key, '', result.why, t);
  const [from, to] = [showSetting(key, result.from, t), showSetting(key, result.to, t)];
  await audit.write(by, 'setting', key, `${from} → ${to}`);
  return t.command.reset(key, from, to);
}
