import { type ActionDeps, perform } from '../bot/actions.ts';
import type { Catalogue } from '../bot/locales/index.ts';
import type { Asked } from '../bot/questions.ts';
import type { Command, Services } from '../commands/command.ts';
import panic from '../commands/panic.ts';
import pause from '../commands/pause.ts';
import resume from '../commands/resume.ts';

/** Commands given on the page: the ones of Discord, by the same code and with the same audit. */

const COMMANDS: Readonly<Record<string, Command>> = { pause, resume, panic };

/** Who gave them, in the audit and the ledger. */
export const PANEL_USER = 'panel';

/** What came of it, or what must be agreed to first. */
export type Said = { said: string } | { question: { id: string; text: string } };

export interface Controls {
  /** Null where there is no such command. */
  run(name: string, options: Readonly<Record<string, string>>, t: Catalogue): Promise<Said | null>;
  /** Agrees to a question. Null where it is not open any more. */
  agree(id: string, t: Catalogue): Promise<Said | null>;
}

export function createControls(services: Services, given: ActionDeps): Controls {
  const { now } = services;
  const open = new Map<string, { asked: Asked; until: number }>();
  let calls = 0;

  function ask(asked: Asked): Said {
    for (const [id, { until }] of open) if (until <= now()) open.delete(id);
    open.set(asked.id, { asked, until: now() + asked.timeoutMs });
    return { question: { id: asked.id, text: asked.text } };
  }

  return {
    async run(name, options, t) {
      const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
      if (!command) return null;
      calls += 1;
      const answer = await command.run({
        ...services,
        commands: [],
        actions: given,
        id: `panel-${now()}-${calls}`,
        userId: PANEL_USER,
        mayAct: true,
        channelId: services.settings.config().channels.trades,
        t,
        subcommand: null,
        text: (option) => options[option] ?? null,
        number: () => null,
      });
      const said: Said = answer.type === 'ask' ? ask(answer.asked) : { said: answer.body.content };
      const written = [`/${name}`, ...Object.entries(options).map(([key, value]) => `${key}:${value}`)];
      await given.audit.write(PANEL_USER, 'command', written.join(' ').slice(0, 300), textOf(said));
      return said;
    },
    async agree(id, t) {
      const found = open.get(id);
      // In this turn, so that two clicks cannot both count.
      open.delete(id);
      const [option] = found?.asked.options ?? [];
      if (!found || !option || found.until <= now()) return null;
      const { channelId } = found.asked;
      let next: Said | null = null;
      const actions: ActionDeps = {
        ...given,
        ask: async (asked) => {
          next = ask(asked);
        },
      };
      const agreement = { by: PANEL_USER, channelId, questionId: id };
      const { said: result } = await perform(actions, option.action, agreement, t);
      const said: Said = next ?? { said: result };
      await given.audit.write(PANEL_USER, 'button', `question:${id}`, textOf(said));
      return said;
    },
  };
}

function textOf(said: Said): string {
  return 'said' in said ? said.said : said.question.text;
}
