import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Answer, Command, Services } from '../commands/command.ts';
import type { Timings } from '../telemetry/timings.ts';
import type { ActionDeps } from './actions.ts';
import { adjustAnswer, adjustedProposal, adjustForm, fieldsIn, formWritten } from './adjust-form.ts';
import type { Audit } from './audit.ts';
import { auditBody } from './audit-view.ts';
import { type Press, readCustomId } from './buttons.ts';
import type { Confirmations } from './confirmations.ts';
import { describe, isDeadInteraction } from './discord-errors.ts';
import { type Rights, rightsOf, rolesOf } from './gate.ts';
import { type Catalogue, catalogueFor } from './locales/index.ts';
import type { Pictures } from './pictures.ts';
import { tradeName } from './plan-view.ts';
import type { Log, MessageBody, MessageFile } from './ports.ts';
import { ordersBody, positionsBody } from './positions-view.ts';
import type { Posts } from './posts.ts';
import type { PressRecord } from './press-record.ts';
import { type Questions, questionBody } from './questions.ts';
import { attachmentsOf, replyAs, shownAs } from './replies.ts';
import type { TradeButtons } from './trade-buttons.ts';

export interface InteractionDeps {
  commands: readonly Command[];
  services: Services;
  actions: ActionDeps;
  confirmations: Confirmations;
  questions: Questions;
  tradeButtons: TradeButtons;
  /** How long first answers to commands take. */
  timings: Timings;
  posts: Posts;
  audit: Audit;
  record: PressRecord;
  pictures: Pictures;
  log: Log;
}

/**
 * Discord wants the first answer within 3 s; work that is not done by then goes on behind a deferred one.
 * https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-callback
 */
const DEFER_AFTER_MS = 1_200;
const REMEMBERED = 500;
const MAX_CHOICES = 25;

/** Every command, button and suggestion passes here: who may, what it is, and that it is answered. */
export class Interactions {
  readonly #deps: InteractionDeps;
  readonly #commands: ReadonlyMap<string, Command>;
  /** The gateway may send an interaction again after a resume. */
  readonly #seen = new Set<string>();

  constructor(deps: InteractionDeps) {
    this.#deps = deps;
    this.#commands = new Map(deps.commands.map((command) => [command.data.name, command]));
  }

  /** Never rejects. */
  async handle(interaction: Interaction): Promise<void> {
    if (this.#isRepeated(interaction.id)) return;
    try {
      // What names nobody is nobody's: the audit could not say by whom.
      if (typeof interaction.user.id !== 'string') throw new TypeError('an interaction of nobody');
      if (interaction.isAutocomplete()) await this.#complete(interaction);
      else if (interaction.isChatInputCommand()) await this.#command(interaction);
      else if (interaction.isButton()) await this.#button(interaction);
      else if (interaction.isModalSubmit()) await this.#form(interaction);
    } catch (error) {
      this.#deps.log.error({ error: describe(error) }, 'an interaction failed');
      await this.#tried(() => this.#tellFailed(interaction));
    }
  }

  async #tellFailed(interaction: Interaction): Promise<void> {
    if (!interaction.isRepliable()) return;
    const told = { content: this.#texts(interaction).gate.failed, flags: MessageFlags.Ephemeral as const };
    await (interaction.deferred || interaction.replied
      ? interaction.followUp(told)
      : interaction.reply(told));
  }

  #isRepeated(id: string): boolean {
    if (this.#seen.has(id)) return true;
    this.#seen.add(id);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value ?? id);
    return false;
  }

  #texts(interaction: Interaction): Catalogue {
    return catalogueFor(interaction.locale, this.#deps.services.settings.config().language);
  }

  #rights(interaction: Interaction): Rights {
    const config = this.#deps.services.settings.config();
    // Another server's roles say nothing here; in direct messages only users are known.
    if (interaction.guildId !== null && interaction.guildId !== config.guild) return 'none';
    return rightsOf(interaction.user.id, rolesOf(interaction), config);
  }

  async #complete(interaction: AutocompleteInteraction): Promise<void> {
    const command = this.#commands.get(interaction.commandName);
    const { name, value } = interaction.options.getFocused(true);
    if (!command?.complete || this.#rights(interaction) === 'none') {
      await interaction.respond([]);
      return;
    }
    const { desk, settings, watches } = this.#deps.services;
    const choices = command.complete({
      desk,
      settings,
      watches,
      userId: interaction.user.id,
      t: this.#texts(interaction),
      option: name,
      value,
    });
    await interaction.respond(choices.slice(0, MAX_CHOICES));
  }

  async #command(interaction: ChatInputCommandInteraction): Promise<void> {
    const { audit } = this.#deps;
    const t = this.#texts(interaction);
    const command = this.#commands.get(interaction.commandName);
    const subcommand = interaction.options.getSubcommand(false);
    const what = written(interaction, subcommand);
    const refusal = command ? this.#refusal(interaction, command, subcommand, t) : t.gate.unknown;
    if (!command || refusal !== null) {
      await audit.write(interaction.user.id, 'refused', what, refusal ?? t.gate.unknown);
      await this.#reply(interaction, { content: refusal ?? t.gate.unknown }, true);
      return;
    }
    const answer = await this.#answered(
      interaction,
      changesNothing(command, subcommand),
      this.#run(interaction, command, subcommand, t),
    );
    await audit.write(interaction.user.id, 'command', what, answer);
  }

  #refusal(
    interaction: ChatInputCommandInteraction,
    command: Command,
    subcommand: string | null,
    t: Catalogue,
  ): string | null {
    switch (this.#rights(interaction)) {
      case 'operator':
        return null;
      case 'viewer':
        return changesNothing(command, subcommand) ? null : t.gate.viewerOnly;
      case 'none':
        return t.gate.notOperator;
    }
  }

  async #run(
    interaction: ChatInputCommandInteraction,
    command: Command,
    subcommand: string | null,
    t: Catalogue,
  ): Promise<Answer> {
    const { options } = interaction;
    try {
      return await command.run({
        ...this.#deps.services,
        commands: this.#deps.commands.map(({ data }) => data),
        actions: this.#deps.actions,
        id: interaction.id,
        userId: interaction.user.id,
        mayAct: this.#isOperator(interaction),
        channelId: interaction.channelId,
        t,
        subcommand,
        text: (option) => options.getString(option),
        number: (option) => options.getNumber(option),
      });
    } catch (error) {
      this.#deps.log.error({ command: interaction.commandName, error: describe(error) }, 'a command failed');
      return { type: 'reply', body: { content: t.gate.failed }, ephemeral: true };
    }
  }

  /** Answers when the work is done, in time or behind a deferred answer. Returns the text for the audit. */
  async #answered(
    interaction: ChatInputCommandInteraction,
    reads: boolean,
    work: Promise<Answer>,
  ): Promise<string> {
    const begun = performance.now();
    const early = await Promise.race([work, patience()]);
    this.#deps.timings.record('answer', performance.now() - begun);
    // Who sees a deferred answer must be said before it is known: of what only reads, the caller alone.
    const flags = reads ? { flags: MessageFlags.Ephemeral as const } : {};
    const alive = early !== null || (await this.#tried(() => interaction.deferReply(flags)));
    const answer = early ?? (await work);
    if (answer.type === 'reply') {
      const ephemeral = early === null ? reads : answer.ephemeral;
      if (alive) await this.#reply(interaction, answer.body, ephemeral, answer.files);
      else await this.#instead(interaction, answer.body);
      if (alive && answer.later) void this.#amend(interaction, answer.later());
      return answer.changed ?? firstLine(answer.body.content);
    }
    const t = this.#texts(interaction);
    const question = await this.#deps.questions.register(answer.asked, t);
    const body = questionBody(question, t);
    const messageId = alive ? await this.#post(interaction, body) : null;
    if (messageId) await this.#deps.questions.postedAs(question.id, interaction.channelId, messageId);
    else await this.#deps.questions.post(question);
    return firstLine(question.text);
  }

  /** Never rejects. The interaction's token lives 15 minutes. */
  async #amend(interaction: ChatInputCommandInteraction, work: Promise<MessageBody | null>): Promise<void> {
    await this.#tried(async () => {
      const body = await work;
      if (body) await interaction.editReply(shownAs(body, this.#deps.pictures));
    });
  }

  async #post(interaction: ChatInputCommandInteraction, body: MessageBody): Promise<string | null> {
    let messageId: string | null = null;
    await this.#tried(async () => {
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

  async #button(interaction: ButtonInteraction): Promise<void> {
    const t = this.#texts(interaction);
    const press = readCustomId(interaction.customId);
    if (press === null || !this.#mayPress(interaction, press))
      return this.#refuse(interaction, press !== null, t);
    const { audit, record } = this.#deps;
    const recorded = record.begin(press, t);
    const told = await recorded(await this.#press(interaction, press, t));
    await audit.write(interaction.user.id, 'button', interaction.customId, told);
  }

  /** What stood behind a button was filled in and sent. */
  async #form(interaction: ModalSubmitInteraction): Promise<void> {
    const { audit, confirmations } = this.#deps;
    const t = this.#texts(interaction);
    const by = interaction.user.id;
    const id = adjustedProposal(interaction.customId);
    if (id === null || !this.#isOperator(interaction)) return this.#refuse(interaction, id !== null, t);
    const fields = fieldsIn(interaction);
    const work = confirmations.adjust(id, fields, by, t).then((result) => adjustAnswer(id, result, t));
    const answer = await this.#answeredPrivately(interaction, work);
    await audit.write(by, 'button', formWritten(interaction.customId, fields), answer);
  }

  /** Viewers may turn pages. */
  #mayPress(interaction: ButtonInteraction, press: Press): boolean {
    const turns = press.type === 'audit' || press.type === 'list';
    return turns ? this.#rights(interaction) !== 'none' : this.#isOperator(interaction);
  }

  #isOperator(interaction: Interaction): boolean {
    return this.#rights(interaction) === 'operator';
  }

  async #refuse(
    interaction: ButtonInteraction | ModalSubmitInteraction,
    ours: boolean,
    t: Catalogue,
  ): Promise<void> {
    const refusal = ours ? t.gate.notOperator : t.proposal.gone;
    await this.#deps.audit.write(interaction.user.id, 'refused', interaction.customId, refusal);
    await this.#reply(interaction, { content: refusal }, true);
  }

  /** What was answered; null where the message itself shows what was decided, or another page. */
  async #press(interaction: ButtonInteraction, press: Press, t: Catalogue): Promise<string | null> {
    const { confirmations, questions, tradeButtons } = this.#deps;
    const by = interaction.user.id;
    switch (press.type) {
      case 'proposal':
        if (press.choice === 'adjust') return this.#openForm(interaction, press.id, t);
        return this.#decided(interaction, confirmations.decide(press.id, press.choice, by, t));
      case 'question':
        return this.#decided(interaction, questions.answer(press.id, press.option, by));
      case 'trade': {
        const work = tradeButtons.press(press.tradeId, press.what, by, t);
        return this.#answeredPrivately(interaction, work);
      }
      case 'audit':
        return this.#turnTo(interaction, auditBody(await this.#deps.audit.page(press.anchor, press.page), t));
      case 'list':
        return this.#turnTo(interaction, this.#listPage(press, this.#isOperator(interaction), t));
    }
  }

  #listPage({ list, page }: Extract<Press, { type: 'list' }>, mayAct: boolean, t: Catalogue): MessageBody {
    const { desk } = this.#deps.services;
    return list === 'orders' ? ordersBody(desk, page, t) : positionsBody(desk, page, mayAct, t);
  }

  async #turnTo(interaction: ButtonInteraction, { content, components = [] }: MessageBody): Promise<null> {
    await this.#tried(() => interaction.update({ content, components }));
    return null;
  }

  /** A form must be the first answer; it is made of what is in memory. */
  async #openForm(interaction: ButtonInteraction, id: string, t: Catalogue): Promise<string> {
    const opened = await this.#deps.confirmations.form(id);
    if (typeof opened === 'string') {
      await this.#reply(interaction, { content: opened }, true);
      return opened;
    }
    await this.#tried(() => interaction.showModal(adjustForm(opened.proposal, opened.fields, t)));
    return t.adjust.title(tradeName(opened.proposal.plan, t));
  }

  /** Only the one who acted sees the answer, unless it comes too late for that. Returns its text for the audit. */
  async #answeredPrivately(
    interaction: ButtonInteraction | ModalSubmitInteraction,
    work: Promise<MessageBody>,
  ): Promise<string> {
    const early = await Promise.race([work, patience()]);
    const alive =
      early !== null || (await this.#tried(() => interaction.deferReply({ flags: MessageFlags.Ephemeral })));
    const body = early ?? (await work);
    if (alive) await this.#reply(interaction, body, true);
    else await this.#instead(interaction, body);
    return body.content;
  }

  /** The message itself is edited by whoever decides; a click that came too late is told so. */
  async #decided(interaction: ButtonInteraction, deciding: Promise<string | null>): Promise<string | null> {
    // Both begin in this turn: the order does not wait for the acknowledgement.
    const [tooLate] = await Promise.all([deciding, this.#tried(() => interaction.deferUpdate())]);
    if (tooLate !== null)
      await this.#tried(() => interaction.followUp({ content: tooLate, flags: MessageFlags.Ephemeral }));
    return tooLate;
  }

  async #reply(
    interaction: ChatInputCommandInteraction | ButtonInteraction | ModalSubmitInteraction,
    body: MessageBody,
    ephemeral: boolean,
    attached: readonly MessageFile[] = [],
  ): Promise<void> {
    const { pictures } = this.#deps;
    const files = attached.length === 0 ? {} : { files: attachmentsOf(attached) };
    const sent = await this.#tried(() =>
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
  async #tried(call: () => Promise<unknown>): Promise<boolean> {
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

function changesNothing(command: Command, subcommand: string | null): boolean {
  return command.viewers === '*' || (subcommand !== null && command.viewers.includes(subcommand));
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

async function patience(): Promise<null> {
  const { promise, resolve } = Promise.withResolvers<null>();
  setTimeout(() => resolve(null), DEFER_AFTER_MS).unref();
  return promise;
}

/** `/risk set key:maxLeverage value:5` */
function written(interaction: ChatInputCommandInteraction, subcommand: string | null): string {
  const options = interaction.options.data.flatMap((option) => option.options ?? [option]);
  const values = options.flatMap(({ name, value }) => (value === undefined ? [] : [`${name}:${value}`]));
  return [`/${interaction.commandName}`, subcommand, ...values].filter(Boolean).join(' ').slice(0, 300);
}
