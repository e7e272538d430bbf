import {
  type AutocompleteInteraction,
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
} from 'discord.js';
import type { Answer, Command, Services } from '../commands/command.ts';
import type { ActionDeps } from './actions.ts';
import { adjustAnswer, adjustedProposal, adjustForm, fieldsIn, formWritten } from './adjust-form.ts';
import { Answering, type AnsweringDeps } from './answering.ts';
import type { Audit } from './audit.ts';
import { auditBody } from './audit-view.ts';
import { type Press, readCustomId } from './buttons.ts';
import type { Confirmations } from './confirmations.ts';
import { describe } from './discord-errors.ts';
import { type Rights, rightsOf, rolesOf } from './gate.ts';
import { type Catalogue, catalogueFor } from './locales/index.ts';
import { tradeName } from './plan-view.ts';
import type { MessageBody } from './ports.ts';
import { ordersBody, positionsBody } from './positions-view.ts';
import type { PressRecord } from './press-record.ts';
import type { TradeButtons } from './trade-buttons.ts';

export interface InteractionDeps extends AnsweringDeps {
  commands(): Promise<readonly Command[]>;
  services: Services;
  actions: ActionDeps;
  confirmations: Confirmations;
  tradeButtons: TradeButtons;
  audit: Audit;
  record: PressRecord;
}

const REMEMBERED = 500;
const MAX_CHOICES = 25;

/** Every command, button and suggestion passes here: who may, what it is, and that it is answered. */
export class Interactions {
  readonly #deps: InteractionDeps;
  readonly #answering: Answering;
  #commands: Promise<ReadonlyMap<string, Command>> | undefined;
  /** The gateway may send an interaction again after a resume. */
  readonly #seen = new Set<string>();

  constructor(deps: InteractionDeps) {
    this.#deps = deps;
    this.#answering = new Answering(deps);
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
      await this.#answering.tried(() => this.#tellFailed(interaction));
    }
  }

  async #tellFailed(interaction: Interaction): Promise<void> {
    if (!interaction.isRepliable()) return;
    const told = { content: this.#texts(interaction).gate.failed, flags: MessageFlags.Ephemeral as const };
    await (interaction.deferred || interaction.replied
      ? interaction.followUp(told)
      : interaction.reply(told));
  }

  #byName(): Promise<ReadonlyMap<string, Command>> {
    this.#commands ??= this.#deps
      .commands()
      .then((commands) => new Map(commands.map((command) => [command.data.name, command])));
    return this.#commands;
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
    const command = (await this.#byName()).get(interaction.commandName);
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
    const command = (await this.#byName()).get(interaction.commandName);
    const subcommand = interaction.options.getSubcommand(false);
    const what = written(interaction, subcommand);
    const refusal = command ? this.#refusal(interaction, command, subcommand, t) : t.gate.unknown;
    if (!command || refusal !== null) {
      await audit.write(interaction.user.id, 'refused', what, refusal ?? t.gate.unknown);
      await this.#answering.reply(interaction, { content: refusal ?? t.gate.unknown }, true);
      return;
    }
    const answer = await this.#answering.command(
      interaction,
      changesNothing(command, subcommand),
      this.#run(interaction, command, subcommand, t),
      t,
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
    const commands = await this.#byName();
    try {
      return await command.run({
        ...this.#deps.services,
        commands: [...commands.values()].map(({ data }) => data),
        actions: this.#deps.actions,
        id: interaction.id,
        userId: interaction.user.id,
        mayAct: this.#isOperator(interaction),
        channelId: interaction.channelId,
        t,
        subcommand,
        text: (option) => given(interaction, option, String),
        number: (option) => given(interaction, option, Number),
      });
    } catch (error) {
      this.#deps.log.error({ command: interaction.commandName, error: describe(error) }, 'a command failed');
      return { type: 'reply', body: { content: t.gate.failed }, ephemeral: true };
    }
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
    const work = confirmations
      .adjust(id, fields, by, t)
      .then((result) => ({ body: adjustAnswer(id, result, t) }));
    const answer = await this.#answering.privately(interaction, work);
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
    await this.#answering.reply(interaction, { content: refusal }, true);
  }

  /** What was answered; null where the message itself shows what was decided, or another page. */
  async #press(interaction: ButtonInteraction, press: Press, t: Catalogue): Promise<string | null> {
    const { confirmations, questions, tradeButtons } = this.#deps;
    const by = interaction.user.id;
    switch (press.type) {
      case 'proposal':
        if (press.choice === 'adjust') return this.#openForm(interaction, press.id, t);
        return this.#answering.decided(
          interaction,
          confirmations.decide(press.id, press.choice, by, t, press.revision),
        );
      case 'question':
        return this.#answering.decided(interaction, questions.answer(press.id, press.option, by));
      case 'trade': {
        const work = tradeButtons.press(press.tradeId, press.what, by, t);
        return this.#answering.privately(interaction, work);
      }
      case 'audit':
        return this.#answering.turnTo(
          interaction,
          auditBody(await this.#deps.audit.page(press.anchor, press.page), t),
        );
      case 'list':
        return this.#answering.turnTo(interaction, this.#listPage(press, this.#isOperator(interaction), t));
    }
  }

  #listPage({ list, page }: Extract<Press, { type: 'list' }>, mayAct: boolean, t: Catalogue): MessageBody {
    const { desk } = this.#deps.services;
    return list === 'orders' ? ordersBody(desk, page, t) : positionsBody(desk, page, mayAct, t);
  }

  /** A form must be the first answer; it is made of what is in memory. */
  async #openForm(interaction: ButtonInteraction, id: string, t: Catalogue): Promise<string> {
    const opened = await this.#deps.confirmations.form(id);
    if (typeof opened === 'string') {
      await this.#answering.reply(interaction, { content: opened }, true);
      return opened;
    }
    await this.#answering.tried(() => interaction.showModal(adjustForm(opened.proposal, opened.fields, t)));
    return t.adjust.title(tradeName(opened.proposal.plan, t));
  }
}

function changesNothing(command: Command, subcommand: string | null): boolean {
  return command.viewers === '*' || (subcommand !== null && command.viewers.includes(subcommand));
}

/**
 * Whatever type it came as: Discord's apps go on sending what they have learnt of a command for a while after it has
 * changed. https://docs.discord.com/developers/interactions/application-commands#application-command-object-application-command-option-type
 */
function given<T>(
  { options }: ChatInputCommandInteraction,
  name: string,
  as: (value: string | number | boolean) => T,
): T | null {
  const value = options.get(name)?.value;
  return value === undefined ? null : as(value);
}

/** `/risk set key:maxLeverage value:5` */
function written(interaction: ChatInputCommandInteraction, subcommand: string | null): string {
  const options = interaction.options.data.flatMap((option) => option.options ?? [option]);
  const values = options.flatMap(({ name, value }) => (value === undefined ? [] : [`${name}:${value}`]));
  return [`/${interaction.commandName}`, subcommand, ...values].filter(Boolean).join(' ').slice(0, 300);
}
