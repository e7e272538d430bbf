import { ApplicationCommandOptionType } from 'discord.js';
import { isAlertKind, mayBeOff } from '../bot/alert-levels.ts';
import { catalogues } from '../bot/locales/index.ts';
import { alertKinds, alertLevels } from '../bot/records.ts';
import { type Answer, type Call, type Command, say, whisper } from './command.ts';
import { inGuild, words } from './definition.ts';

export default {
  data: {
    ...words(['alerts', '提醒'], ['How loudly each kind of alert is told', '各类提醒的响铃方式']),
    ...inGuild,
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(['show', '查看'], ['All kinds and their levels', '所有类别及其级别']),
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        ...words(
          ['set', '设置'],
          ['Switch a kind on, off, or make it silent', '开启、关闭某类提醒，或设为静音'],
        ),
        options: [
          {
            type: ApplicationCommandOptionType.String,
            ...words(['type', '类别'], ['The kind of alert', '提醒类别']),
            required: true,
            choices: alertKinds.map((kind) => ({
              name: catalogues.en.command.alerts.kinds[kind],
              name_localizations: { 'zh-CN': catalogues['zh-CN'].command.alerts.kinds[kind] },
              value: kind,
            })),
          },
          {
            type: ApplicationCommandOptionType.String,
            ...words(['level', '级别'], ['Silent ones come without a sound', '静音：消息照发，不响铃']),
            required: true,
            choices: alertLevels.map((level) => ({
              name: catalogues.en.command.alerts.levels[level],
              name_localizations: { 'zh-CN': catalogues['zh-CN'].command.alerts.levels[level] },
              value: level,
            })),
          },
        ],
      },
    ],
  },
  viewers: ['show'],
  async run(call) {
    return call.subcommand === 'set' ? set(call) : show(call);
  },
} satisfies Command;

function show({ alerts, t }: Call): Answer {
  const words = t.command.alerts;
  const lines = alertKinds.map(
    (kind) =>
      `${words.kinds[kind]}${t.colon}**${words.levels[alerts.of(kind)]}**${mayBeOff(kind) ? '' : ` (${words.neverOff})`}`,
  );
  return whisper([words.title, ...lines].join('\n'));
}

async function set({ alerts, actions, userId, t, text }: Call): Promise<Answer> {
  const words = t.command.alerts;
  const kind = text('type') ?? '';
  const level = alertLevels.find((known) => known === text('level'));
  if (!isAlertKind(kind) || !level) return whisper(words.title);
  const before = await alerts.set(kind, level, userId);
  if (before === null) return whisper(words.cannotBeOff(words.kinds[kind]));
  await actions.audit.write(userId, 'setting', `alerts ${kind}`, `${before} → ${level}`);
  return say(words.set(words.kinds[kind], words.levels[before], words.levels[level]));
}
