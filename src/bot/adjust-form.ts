import {
  type APIModalInteractionResponseCallbackData,
  ComponentType,
  type ModalSubmitInteraction,
  TextInputStyle,
} from 'discord.js';
import { adjustable, type Fields, hintsOf, type Problem } from './adjustment.ts';
import { buttonRows } from './buttons.ts';
import { cut } from './format.ts';
import type { Catalogue } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import type { Proposal } from './records.ts';

/** The form behind the button `Adjust`. Its id, like a button's, outlives the program. */

const PREFIX = 'a:';

/** Null for forms that are not ours. */
export function adjustedProposal(customId: string): string | null {
  return customId.startsWith(PREFIX) ? customId.slice(PREFIX.length) : null;
}

/** https://docs.discord.com/developers/components/reference#label: 45 characters for labels and the title, 100 for hints. */
export function adjustForm(
  { id, plan }: Proposal,
  fields: Fields,
  t: Catalogue,
): APIModalInteractionResponseCallbackData {
  const hints = hintsOf(plan, t);
  return {
    custom_id: `${PREFIX}${id}`,
    title: cut(t.adjust.title(tradeName(plan, t)), 45),
    components: adjustable.map((field) => ({
      type: ComponentType.Label,
      label: cut(t.adjust.fields[field], 45),
      description: cut(hints[field], 100),
      component: {
        type: ComponentType.TextInput,
        custom_id: field,
        style: field === 'targets' ? TextInputStyle.Paragraph : TextInputStyle.Short,
        value: fields[field].slice(0, 1_000),
        max_length: 1_000,
        required: field !== 'targets',
      },
    })),
  };
}

/** What was written into it. */
export function fieldsIn({ fields }: ModalSubmitInteraction): Fields {
  return {
    stop: fields.getTextInputValue('stop'),
    targets: fields.getTextInputValue('targets'),
    size: fields.getTextInputValue('size'),
  };
}

/** For the audit. */
export function formWritten(customId: string, fields: Fields): string {
  return cut(`${customId} ${JSON.stringify(fields)}`, 300);
}

/** That it is done, that it came too late (a text), or what is wrong and where, with the way back to what was written. */
export function adjustAnswer(id: string, result: Problem[] | string | null, t: Catalogue): MessageBody {
  if (result === null) return { content: t.adjust.done };
  if (typeof result === 'string') return { content: result };
  const lines = result.map(({ field, why }) =>
    field === null ? why : `**${t.adjust.fields[field]}**${t.colon}${why}`,
  );
  return {
    content: cut([t.adjust.wrong, ...lines, t.adjust.kept].join('\n'), 1_900),
    components: buttonRows([
      { label: t.button.adjust, press: { type: 'proposal', id, choice: 'adjust', revision: 0 } },
    ]),
  };
}
