import { ApplicationCommandType, InteractionContextType } from 'discord.js';

/** What every definition of a command says, in the form that Discord takes. */

/** In English, then in Chinese. */
export type Languages = readonly [en: string, zhCN: string];

/** Name and description of a command or an option. */
export function words(name: Languages, description: Languages) {
  return {
    name: name[0],
    name_localizations: { 'zh-CN': name[1] },
    description: description[0],
    description_localizations: { 'zh-CN': description[1] },
  };
}

export function choice<Value extends string>(name: Languages, value: Value) {
  return { name: name[0], name_localizations: { 'zh-CN': name[1] }, value };
}

/** Commands are typed on the server, not in direct messages. */
export const inGuild = {
  type: ApplicationCommandType.ChatInput as const,
  contexts: [InteractionContextType.Guild],
};
