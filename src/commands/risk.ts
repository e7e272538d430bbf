import { ApplicationCommandOptionType } from 'discord.js';
import { resetRisk, setRisk } from '../bot/actions.ts';
import { cut, mention, relative } from '../bot/format.ts';
import { listBody } from '../bot/pages.ts';
import { boundsText, parseValue, refusalText, showSetting, unknownKeyText } from '../bot/risk-values.ts';
import { isRiskKey, type SetResult } from '../bot/settings.ts';
import { loosens, type RiskKey, type RiskSettings, riskKeys } from '../risk/settings.ts';
import { channelChoices } from './choices.ts';
import { type Answer, type Call, type Choice, type Command, say, type Typed, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';
import { signalsSince } from './heard.ts';
import { whatIf } from './what-if.ts';

export default {
  data: {
    ...words(['risk', '风控'], ['Show or change the risk settings', '查看或修改风控设置']),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(['show', '查看'], ['All risk settings and where each comes from', '所有风控设置及其来源']),
        options: [
          {
            type: ApplicationCommandOptionType.String,
            ...words(['channel', '频道'], ['As they hold in this channel', '在这个频道中的取值']),
            autocomplete: true,
          },
        ],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(
          ['set', '设置'],
          ['Change a setting; raising a limit asks first', '修改设置；放宽限制需要再次确认'],
        ),
        options: [
          {
            type: ApplicationCommandOptionType.String,
            ...words(['key', '设置项'], ['The setting', '设置项']),
            required: true,
            autocomplete: true,
          },
          {
            type: ApplicationCommandOptionType.String,
            ...words(
              ['value', '取值'],
              ['The new value, as in the config file', '新的取值，写法与配置文件相同'],
            ),
            required: true,
          },
        ],
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(['reset', '重置'], ['Go back to what the file says', '恢复为配置文件中的取值']),
        options: [
          {
            type: ApplicationCommandOptionType.String,
            ...words(['key', '设置项'], ['The setting', '设置项']),
            required: true,
            autocomplete: true,
          },
        ],
      },
    ],
  },
  viewers: ['show'],
  async run(call) {
    switch (call.subcommand) {
      case 'set':
        return set(call);
      case 'reset':
        return reset(call);
      default:
        return show(call);
    }
  },
  complete(typed) {
    return typed.option === 'channel' ? channelChoices(typed.settings, typed.value) : keyChoices(typed);
  },
} satisfies Command;

function keys(): RiskKey[] {
  return Object.keys(riskKeys).filter(isRiskKey);
}

function show({ settings, t, text }: Call): Answer {
  const name = text('channel');
  const channel = name === null ? null : settings.channelNamed(name);
  if (name !== null && !channel) return whisper(t.command.noSuchChannel(name));
  const risk = channel?.risk ?? settings.account();
  const lines = keys().map((key) => {
    const origin = settings.origin(key, channel?.channelId ?? null);
    const setBy = origin === 'set' ? settings.setBy(key) : null;
    const who = setBy ? ` ${mention(setBy.by)} ${relative(setBy.at)}` : '';
    const value = cut(showSetting(key, risk, t), 150);
    return `${key}: **${value}** (${t.command.origins[origin]})${who}`;
  });
  return whisper(listBody([t.command.riskTitle(channel?.name ?? t.command.account), ...lines]));
}

async function set(call: Call): Promise<Answer> {
  const { settings, userId, t, text } = call;
  const key = text('key') ?? '';
  const value = text('value') ?? '';
  if (!isRiskKey(key)) return whisper(unknownKeyText(key, t));
  const result = settings.tryValue(key, parseValue(key, value));
  if (result.kind === 'invalid') return whisper(refusalText(key, value, result.why, t));
  if (same(key, result)) {
    // Set all the same: from now on it holds whatever the file will say.
    await setRisk(call.actions, key, value, userId, t);
    return whisper(t.command.unchanged(key, showSetting(key, result.to, t)));
  }
  const effect = await effectText(call, key, result);
  if (isLooser(key, result)) return ask(call, key, result, { type: 'set_risk', key, value }, effect);
  return say(`${await setRisk(call.actions, key, value, userId, t)}${effect}`);
}

const WHAT_IF_MS = 30 * 86_400_000;

/** What the change would have made of the last signals. */
async function effectText(call: Call, key: RiskKey, { from, to, channels }: Changed): Promise<string> {
  const account = { from, to };
  const heard = await signalsSince(call.now() - WHAT_IF_MS, call, ({ channelId, readAt, outcomes }) => ({
    readAt,
    decided: outcomes.map((outcome) => ({ outcome, account, channel: channels.get(channelId) ?? account })),
  }));
  const decided = heard.flatMap((one) => one.decided);
  const sinceMs = Math.min(...heard.map(({ readAt }) => readAt));
  return `\n${call.t.command.whatIf(whatIf(decided, key), { signals: decided.length, sinceMs })}`;
}

async function reset(call: Call): Promise<Answer> {
  const { settings, userId, t, text } = call;
  const key = text('key') ?? '';
  if (!isRiskKey(key)) return whisper(unknownKeyText(key, t));
  if (!settings.isSet(key)) return whisper(t.command.notSet(key));
  const result = settings.tryReset(key);
  if (result.kind === 'invalid') return whisper(refusalText(key, '', result.why, t));
  const effect = await effectText(call, key, result);
  if (isLooser(key, result)) return ask(call, key, result, { type: 'reset_risk', key }, effect);
  return say(`${await resetRisk(call.actions, key, userId, t)}${effect}`);
}

type Changed = Extract<SetResult, { kind: 'ok' }>;

function ask(
  { id, settings, channelId, t }: Call,
  key: RiskKey,
  { from, to }: Changed,
  action: { type: 'set_risk'; key: string; value: string } | { type: 'reset_risk'; key: string },
  effect: string,
): Answer {
  return {
    type: 'ask',
    asked: {
      id: `risk${id}`,
      channelId,
      text: `${t.question.loosen(key, showSetting(key, from, t), showSetting(key, to, t))}${effect}`,
      options: [{ label: t.button.confirm, action }],
      timeoutMs: settings.config().confirm.timeout,
    },
  };
}

function isLooser<K extends RiskKey>(key: K, { from, to }: Changed): boolean {
  return loosens(key, from[key], to[key]);
}

function same(key: RiskKey, { from, to }: Changed): boolean {
  const text = (settings: RiskSettings) => JSON.stringify(settings[key]);
  return text(from) === text(to);
}

/** The key with its current value, unit and bounds. */
function keyChoices({ settings, t, value }: Typed): Choice[] {
  const risk = settings.account();
  const typed = value.toLowerCase();
  return keys()
    .filter((key) => key.toLowerCase().includes(typed))
    .map((key) => {
      const bounds = boundsText(key, t);
      return {
        name: cut(`${key} = ${showSetting(key, risk, t)}${bounds === '' ? '' : ` (${bounds})`}`, 100),
        value: key,
      };
    });
}
