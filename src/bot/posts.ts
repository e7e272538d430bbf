import type { Source } from '../trading/model.ts';
import { type Catalogue, catalogues } from './locales/index.ts';
import { channel, dm, type Outbox } from './outbox.ts';
import type { BotConfig, MessageBody } from './ports.ts';
import type { AlertKind, AlertLevel } from './records.ts';

/** Where the bot speaks: the trades channel, the operators' direct messages, the alerts channel. */
export class Posts {
  readonly #outbox: Outbox;
  readonly #config: () => BotConfig;
  readonly #level: (kind: AlertKind) => AlertLevel;

  constructor(outbox: Outbox, config: () => BotConfig, level: (kind: AlertKind) => AlertLevel) {
    this.#outbox = outbox;
    this.#config = config;
    this.#level = level;
  }

  /** The configured language: what is posted is read by all. */
  texts(): Catalogue {
    return catalogues[this.#config().language];
  }

  /** Into `channels.trades`. Resolves once it is durable. */
  async trades(slot: string, body: MessageBody): Promise<void> {
    await this.#outbox.post(channel(this.#config().channels.trades), slot, body);
  }

  /** Where it was posted is known from now on, also while the store cannot be read: it is edited there. */
  async recall(slot: string): Promise<void> {
    await this.#outbox.whereIs(slot);
  }

  /** Edits where it was posted, whatever channel that was. */
  async into(channelId: string, slot: string, body: MessageBody): Promise<void> {
    await this.#outbox.post(channel(channelId), slot, body);
  }

  /** To everybody in `alerts.dm`, as loudly as this kind is to be told. */
  async direct(kind: AlertKind, slot: string, content: string): Promise<void> {
    const level = this.#level(kind);
    if (level === 'off') return;
    const users = this.#config().alerts.dm;
    await Promise.all(users.map((user) => this.to(user, slot, content, level === 'silent')));
  }

  /** To one person. */
  async to(user: string, slot: string, content: string, silent = false): Promise<void> {
    await this.#outbox.post(dm(user), `dm:${user}:${slot}`, { content, ...(silent ? { silent } : {}) });
  }

  /** To `alerts.dm` and, where there is one, to `channels.alerts`. */
  async alert(kind: AlertKind, slot: string, content: string): Promise<void> {
    const level = this.#level(kind);
    if (level === 'off') return;
    const { alerts } = this.#config().channels;
    const body = { content, ...(level === 'silent' ? { silent: true } : {}) };
    await Promise.all([
      this.direct(kind, slot, content),
      alerts === null ? undefined : this.#outbox.post(channel(alerts), `alert:${slot}`, body),
    ]);
  }
}

/** The address of a message, as Discord's own "copy link" gives it. */
export function messageLink(
  message: Pick<Source, 'guildId' | 'channelId' | 'threadId' | 'messageId'>,
): string {
  const { guildId, channelId, threadId = channelId, messageId } = message;
  return `https://discord.com/channels/${guildId}/${threadId}/${messageId}`;
}
