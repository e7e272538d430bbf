import { ApplicationCommandOptionType, ApplicationCommandType, InteractionContextType } from 'discord.js';
import { isAlertKind, mayBeOff } from '../bot/alert-levels.ts';
import { catalogues } from '../bot/locales/index.ts';
import { alertKinds, alertLevels } from '../bot/records.ts';
import { type Answer, type Call, type Command, say, whisper } from './command.ts';

export default {
  data: {
    name: 'alerts',
    name_localizations: { 'zh-CN': '提醒' },
    description: 'How loudly each kind of alert is told',
    description_localizations: { 'zh-CN': '各类提醒的响铃方式' },
    type: ApplicationCommandType.ChatInput,
    contexts: [InteractionContextType.Guild],
    options: [
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'show',
        name_localizations: { 'zh-CN': '查看' },
        description: 'All kinds and their levels',
        description_localizations: { 'zh-CN': '所有类别及其级别' },
      },
      {
        type: ApplicationCommandOptionType.Subcommand,
        name: 'set',
        name_localizations: { 'zh-CN': '设置' },
        description: 'Switch a kind on, off, or make it silent',
        description_localizations: { 'zh-CN': '开启、关闭某类提醒，或设为静音' },
        options: [
          {
            type: ApplicationCommandOptionType.String,
            name: 'type',
            name_localizations: { 'zh-CN': '类别' },
            description: 'The kind of alert',
            description_localizations: { 'zh-CN': '提醒类别' },
            required: true,
            choices: alertKinds.map((kind) => ({
              name: catalogues.en.command.alerts.kinds[kind],
              name_localizations: { 'zh-CN': catalogues['zh-CN'].command.alerts.kinds[kind] },
              value: kind,
            })),
          },
          {
            type: ApplicationCommandOptionType.String,
            name: 'level',
            name_localizations: { 'zh-CN': '级别' },
            description: 'Silent ones come without a sound',
            description_localizations: { 'zh-CN': '静音：消息照发，不响铃' },
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
      `${words.kinds[kind]}: **${words.levels[alerts.of(kind)]}**${mayBeOff(kind) ? '' : ` (${words.neverOff})`}`,
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
