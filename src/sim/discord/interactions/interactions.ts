import { randomBytes } from 'node:crypto';
import { MessageFlag } from '../constants.ts';
import type { Core } from '../core.ts';
import { refusal } from '../errors.ts';
import type { InteractionResult } from '../events.ts';
import type { Snowflake } from '../snowflake.ts';
import type { Choice, InteractionMetadata, Message, Modal } from '../wire.ts';
import { findMessage, userOf } from '../world.ts';
import { type InteractionSeed, interactionMetadata, interactionPayload } from './payload.ts';

/**
 * "You must send an initial response within 3 seconds"; the token is valid for 15 minutes.
 * https://docs.discord.com/developers/interactions/receiving-and-responding#interaction-callback
 */
const ANSWER_WINDOW_MS = 3_000;
const TOKEN_LIFETIME_MS = 15 * 60_000;

/**
 * `pending` until the first answer; `deferred` while the app is thinking or holds an update back; `answered` after
 * that; `failed` when nothing came in time. From `failed` nothing leads anywhere.
 */
export type InteractionState = 'pending' | 'deferred' | 'answered' | 'failed';

export interface Interaction {
  readonly id: Snowflake;
  readonly token: string;
  readonly seed: InteractionSeed;
  readonly metadata: InteractionMetadata;
  readonly createdAt: number;
  state: InteractionState;
  /** What `@original` stands for. */
  originalId: Snowflake | null;
  /** The app deferred first. */
  deferred: 'message' | 'update' | null;
  outcome: InteractionResult['outcome'] | null;
  followUpIds: Snowflake[];
  modal: Modal | null;
  choices: Choice[] | null;
  /** Settles with the first acknowledgement, and with what the person finally gets to see. */
  readonly first: PromiseWithResolvers<void>;
  readonly final: PromiseWithResolvers<void>;
}

/** The app let the person down; Discord's client shows this text. */
export class InteractionFailedError extends Error {
  readonly interactionId: Snowflake;
  constructor(interactionId: Snowflake, reason: string) {
    super(reason);
    this.name = 'InteractionFailedError';
    this.interactionId = interactionId;
  }
}

export interface Interactions {
  /** Sends the interaction to the bot and starts the three seconds. */
  create(seed: InteractionSeed): Interaction;
  /** For a callback: 10062 unless it is pending, in time and the token fits; 40060 when it was answered. */
  requirePending(id: Snowflake, token: string): Interaction;
  /** For follow-ups: 10015 for a token that never was or was never acknowledged, 50027 after 15 minutes. */
  requireToken(token: string): Interaction;
  find(id: Snowflake): Interaction | undefined;
  acknowledge(interaction: Interaction, state: 'deferred' | 'answered'): void;
  /** The person now sees the outcome. */
  finish(interaction: Interaction, outcome: InteractionResult['outcome']): void;
  result(interaction: Interaction): InteractionResult;
}

export function createInteractions(core: Core): Interactions {
  const byId = new Map<Snowflake, Interaction>();

  const fail = (interaction: Interaction, reason: string): void => {
    interaction.state = 'failed';
    core.publish({ type: 'interaction.failed', interactionId: interaction.id, reason });
    const error = new InteractionFailedError(interaction.id, reason);
    interaction.first.reject(error);
    interaction.final.reject(error);
  };

  const create = (seed: InteractionSeed): Interaction => {
    const id = core.ids.next();
    const token = createToken(id);
    const interaction: Interaction = {
      id,
      token,
      seed,
      metadata: interactionMetadata(core.world, seed, id, userOf(core.world, seed.userId)),
      createdAt: core.clock.now(),
      state: 'pending',
      originalId: null,
      deferred: null,
      outcome: null,
      followUpIds: [],
      modal: null,
      choices: null,
      first: Promise.withResolvers(),
      final: Promise.withResolvers(),
    };
    // Scripts may not wait for either.
    interaction.first.promise.catch(() => {});
    interaction.final.promise.catch(() => {});
    byId.set(id, interaction);
    const payload = interactionPayload(core, seed, { id, token });
    core.publish({
      type: 'interaction.created',
      interactionId: id,
      kind: seed.type,
      userId: seed.userId,
      name: seed.name,
    });
    core.dispatch({ event: 'INTERACTION_CREATE', intent: 0, data: () => payload });
    core.clock.after(ANSWER_WINDOW_MS, () => {
      if (interaction.state === 'pending') fail(interaction, 'The application did not respond');
    });
    core.clock.after(TOKEN_LIFETIME_MS, () => {
      if (interaction.state === 'deferred' && interaction.deferred === 'message') {
        fail(interaction, 'The application did not respond');
      }
      byId.delete(id);
    });
    return interaction;
  };

  const result = (interaction: Interaction): InteractionResult => {
    const channelId = interaction.seed.channel.id;
    const message =
      interaction.originalId === null
        ? undefined
        : findMessage(core.world, channelId, interaction.originalId);
    const seen = (found: Message | undefined): Message[] =>
      found === undefined ? [] : [structuredClone(found)];
    return {
      interactionId: interaction.id,
      outcome: interaction.outcome ?? 'deferred',
      message: seen(message)[0] ?? null,
      ephemeral: message !== undefined && (message.flags & MessageFlag.Ephemeral) !== 0,
      deferred: interaction.deferred !== null,
      modal: interaction.modal,
      followUps: interaction.followUpIds.flatMap((id) => seen(findMessage(core.world, channelId, id))),
    };
  };

  return {
    create,
    result,
    find: (id) => byId.get(id),
    requirePending(id, token) {
      const interaction = byId.get(id);
      if (interaction === undefined || interaction.token !== token || interaction.state === 'failed') {
        throw refusal(10062);
      }
      if (interaction.state !== 'pending') throw refusal(40060);
      return interaction;
    },
    requireToken(token) {
      const interaction = [...byId.values()].find((candidate) => candidate.token === token);
      if (interaction === undefined) throw refusal(isToken(token) ? 50027 : 10015);
      if (interaction.state === 'pending' || interaction.state === 'failed') throw refusal(10015);
      return interaction;
    },
    acknowledge(interaction, state) {
      interaction.state = state;
      interaction.first.resolve();
    },
    finish(interaction, outcome) {
      interaction.state = 'answered';
      interaction.outcome = outcome;
      core.publish({ type: 'interaction.answered', result: result(interaction) });
      interaction.first.resolve();
      interaction.final.resolve();
    },
  };
}

/** Real ones are built like this too: what is no token at all can be told from one that has expired. */
function createToken(id: Snowflake): string {
  return Buffer.from(`interaction:${id}:${randomBytes(48).toString('base64url')}`).toString('base64url');
}

function isToken(text: string): boolean {
  return Buffer.from(text, 'base64url').toString().startsWith('interaction:');
}
