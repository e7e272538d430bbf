import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Answer } from '../commands/command.ts';
import type { Timings } from '../telemetry/timings.ts';
import { describe, isDeadInteraction } from './discord-errors.ts';
import type { Catalogue } from './locales/index.ts';
import type { Pictures } from './pictures.ts';
import type { Log, MessageBody, MessageFile } from './ports.ts';
import type { Posts } from './posts.ts';
import { type Questions, questionBody } from './questions.ts';
import { attachmentsOf, replyAs, shownAs } from './replies.ts';

export interface AnsweringDeps {
  questions: Questions;
  /** How long first answers to commands take. */
  timings: Timings;
  posts: Posts;
  pictures: Pictures;
  log: Log;
}

/**
 * Discord wants the first answer within 3 s; work that is not done by then goes on behind a deferred one.
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
 */
const DEFER_AFTER_MS = 1_200;

/** What only the one who acted is told, and where there is more to say later, what is said in its place then. */
export interface PrivateAnswer {
  body: MessageBody;
  later?(): Promise<MessageBody>;
}

/** Answers whoever acted: in time, once, and in the channel where the interaction is dead by then. */
export class Answering {
  readonly #deps: AnsweringDeps;

  constructor(deps: AnsweringDeps) {
    this.#deps = deps;
  }

  /** Answers when the work is done, in time or behind a deferred answer. Returns the text for the audit. */
  async command(
    interaction: ChatInputCommandInteraction,
    reads: boolean,
    work: Promise<Answer>,
    t: Catalogue,
  ): Promise<string> {
    const begun = performance.now();
    const early = await Promise.race([work, patience()]);
    this.#deps.timings.record('answer', performance.now() - begun);
    // Who sees a deferred answer must be said before it is known: of what only reads, the caller alone.
    const flags = reads ? { flags: MessageFlags.Ephemeral as const } : {};
    const alive = early !== null || (await this.tried(() => interaction.deferReply(flags)));
    const answer = early ?? (await work);
    if (answer.type === 'reply') {
      const ephemeral = early === null ? reads : answer.ephemeral;
      if (alive) await this.reply(interaction, answer.body, ephemeral, answer.files);
      else await this.#instead(interaction, answer.body);
      if (alive && answer.later) void this.#amend(interaction, answer.later());
      return answer.changed ?? firstLine(answer.body.content);
    }
    const question = await this.#deps.questions.register(answer.asked, t);
    const body = questionBody(question, t);
    const messageId = alive ? await this.#post(interaction, body) : null;
    if (messageId) await this.#deps.questions.postedAs(question.id, interaction.channelId, messageId);
    else await this.#deps.questions.post(question);
    return firstLine(question.text);
  }

  /** Never rejects. The interaction's token lives 15 minutes. */
  async #amend(
    interaction: ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction,
    work: Promise<MessageBody | null>,
  ): Promise<void> {
    await this.tried(async () => {
      const body = await work;
      if (body) await interaction.editReply(shownAs(body, this.#deps.pictures));
    });
  }

  async #post(interaction: ChatInputCommandInteraction, body: MessageBody): Promise<string | null> {
    let messageId: string | null = null;
    await this.tried(async () => {
      if (interaction.deferred)
        messageId = (await interaction.editReply(shownAs(body, this.#deps.pictures))).id;
      else {
        const { resource } = await interaction.reply({
          ...replyAs(body, this.#deps.pictures, false),
          withResponse: true,
        });
        messageId = resource?.message?.id ?? null;
      }
    });
    return messageId;
  }

  async turnTo(interaction: ButtonInteraction, { content, components = [] }: MessageBody): Promise<null> {
    await this.tried(() => interaction.update({ content, components }));
    return null;
  }

  /** Only the one who acted sees the answer, unless it comes too late for that. Returns its text for the audit. */
  async privately(
    interaction: ButtonInteraction | ModalSubmitInteraction,
    work: Promise<PrivateAnswer>,
  ): Promise<string> {
    const early = await Promise.race([work, patience()]);
    const alive =
      early !== null || (await this.tried(() => interaction.deferReply({ flags: MessageFlags.Ephemeral })));
    const { body, later } = early ?? (await work);
    if (alive) await this.reply(interaction, body, true);
    else await this.#instead(interaction, body);
    if (alive && later) void this.#amend(interaction, later());
    return body.content;
  }

  /** The message itself is edited by whoever decides; a click that came too late is told so. */
  async decided(interaction: ButtonInteraction, deciding: Promise<string | null>): Promise<string | null> {
    // Both begin in this turn: the order does not wait for the acknowledgement.
    const [tooLate] = await Promise.all([deciding, this.tried(() => interaction.deferUpdate())]);
    if (tooLate !== null)
      await this.tried(() => interaction.followUp({ content: tooLate, flags: MessageFlags.Ephemeral }));
    return tooLate;
  }

  async reply(
    interaction: ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction,
    body: MessageBody,
    ephemeral: boolean,
    attached: readonly MessageFile[] = [],
  ): Promise<void> {
    const { pictures } = this.#deps;
    const files = attached.length === 0 ? {} : { files: attachmentsOf(attached) };
    const sent = await this.tried(() =>
      interaction.deferred
        ? interaction.editReply({ ...shownAs(body, pictures), ...files })
        : interaction.reply({ ...replyAs(body, pictures, ephemeral), ...files }),
    );
    if (!sent && !ephemeral) await this.#instead(interaction, body);
  }

  /** The interaction can no longer be answered: what was done is said in the channel. */
  async #instead(interaction: Interaction, body: MessageBody): Promise<void> {
    const channelId = interaction.channelId;
    if (channelId) await this.#deps.posts.into(channelId, `answer:${interaction.id}`, body);
  }

  /** False when the interaction's time is over. */
  async tried(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      return true;
    } catch (error) {
      this.#deps.log.warn(
        { error: describe(error), dead: isDeadInteraction(error) },
        'an interaction was not answered',
      );
      return false;
    }
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

async function patience(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  setTimeout(() => resolve(null), DEFER_AFTER_MS).unref();
  return promise;
}
