import { DiscordAPIError, type Interaction } from 'discord.js';
import type { History } from '../../src/bot/backfill.ts';
import { isAfter, type MessageEvent } from '../../src/bot/message.ts';
import type { Messenger } from '../../src/bot/ports.ts';
import { fixedChance } from './chance.ts';
import { eventOf, type Guild, type Message } from './guild.ts';
import type { Scheduler } from './scheduler.ts';
import type { DiscordTrouble, InFlight } from './script.ts';

/** What the program hears of the server. */
export interface Hears {
  created(event: MessageEvent): void;
  edited(event: MessageEvent): void;
  deleted(channelId: string, messageIds: readonly string[]): void;
  pressed(interaction: Interaction): void;
  connected(): void;
  disconnected(): void;
}

/** One program's connection to Discord. */
export interface TalkLine {
  messenger: Messenger;
  history: History;
  /** From now on it is told what happens. */
  listen(hears: Hears): void;
  /** The program ends: what it had sent arrives or does not. */
  crash(fate: InFlight, chance: () => number): void;
}

export interface Telephone {
  connect(isOpen: () => boolean): TalkLine;
  /** Tells whoever is connected, a moment later. */
  tell(say: (hears: Hears) => void): void;
  /** The gateway is away for everybody. */
  cut(): void;
  mend(): void;
  setTrouble(trouble: DiscordTrouble | null): void;
  press(message: Message, customId: string, interactionId: string): void;
}

export interface TelephoneOptions {
  seed: number;
  guild: Guild;
  scheduler: Scheduler;
  ownId: string;
  operatorId: string;
  guildId: string;
  note(line: () => string): void;
  /** A request is about to leave. */
  beforeSent(): void;
  onPosted(message: Message): void;
  /** Is given as it stands, for the asking. */
  onGiven(messageId: string): void;
  /** A press has reached the program. */
  onPressed(message: Message, customId: string, shown: string): void;
}

const REST_MS = { least: 20, most: 90 };
const EVENT_MS = { least: 30, most: 120 };
const TIMEOUT_MS = 15_000;

export function createTelephone(options: TelephoneOptions): Telephone {
  const { guild, scheduler, note, seed } = options;
  let isUp = true;
  let trouble: DiscordTrouble | null = null;
  let current: { hears: Hears; isOpen: () => boolean } | null = null;
  let requests = 0;
  let events = 0;
  let arrivesAt = 0;

  const within = ({ least, most }: typeof REST_MS, kind: number, n: number): number =>
    Math.round(least + (most - least) * fixedChance(seed, kind, n));

  function connect(isOpen: () => boolean): TalkLine {
    const onTheWay = new Set<() => void>();

    /** A request that is carried out on its way and answered. */
    function ask<T>(what: string, carryOut: () => T): Promise<T> {
      if (isOpen()) options.beforeSent();
      if (!isOpen()) return new Promise(() => undefined);
      requests += 1;
      const n = requests;
      const fate = trouble;
      note(() => `⇢ ${what}${fate ? ` [${fate}]` : ''}`);
      return new Promise((done, failed) => {
        const back = (run: () => void, ms = within(REST_MS, 101, n)): void =>
          void scheduler.after(ms, () => isOpen() && run());
        const arrive = (): void => {
          if (!onTheWay.delete(arrive)) return;
          try {
            const answer = carryOut();
            if (fate === 'answers lost') back(() => failed(new TypeError('fetch failed')), TIMEOUT_MS);
            else back(() => done(answer));
          } catch (error) {
            back(() => failed(error));
          }
        };
        if (fate === 'refused') return back(() => failed(refusal(500, 0)));
        if (fate === 'silent') return back(() => failed(new TypeError('fetch failed')), TIMEOUT_MS);
        onTheWay.add(arrive);
        scheduler.after(within(REST_MS, 102, n), arrive);
      });
    }

    return {
      messenger: {
        create: (channelId, body, nonce) =>
          ask(`post ${body.content.split('\n')[0]}`, () => {
            const before = guild.everything().length;
            const message = guild.post(channelId, options.ownId, body, nonce);
            if (guild.everything().length > before) options.onPosted(message);
            return message.id;
          }),
        edit: (_, messageId, body) =>
          ask(`edit ${body.content.split('\n').slice(0, 2).join(' / ')}`, () => {
            if (!guild.edit(messageId, body)) throw refusal(404, 10_008);
          }),
        openDm: (userId) => ask('open dm', () => `7${userId.slice(1)}`),
        openThread: (_, messageId) => ask('open thread', () => messageId),
      },
      history: {
        after: (channelId, messageId) =>
          ask('history', () =>
            guild
              .messages(channelId)
              .filter(({ id }) => isAfter(id, messageId))
              .slice(0, 100)
              .map(eventOf),
          ),
        lastId: (channelId) => ask('last', () => guild.messages(channelId).at(-1)?.id ?? null),
        own: (channelId, messageId) =>
          ask('own', () =>
            guild
              .messages(channelId)
              .filter(({ id, authorId }) => authorId === options.ownId && isAfter(id, messageId))
              .slice(0, 100)
              .map(({ content }) => content)
              .filter((content) => content !== ''),
          ),
        message: (_, messageId) =>
          ask('message', () => {
            const found = guild.find(messageId);
            options.onGiven(messageId);
            return found && eventOf(found);
          }),
      },
      listen(hears) {
        current = { hears, isOpen };
        if (isUp) hears.connected();
      },
      crash(fate, chance) {
        for (const arrive of [...onTheWay]) {
          const arrives = fate === 'all' || (fate === 'some' && chance() < 0.5);
          if (!arrives) onTheWay.delete(arrive);
        }
      },
    };
  }

  function tell(say: (hears: Hears) => void): void {
    const to = current;
    if (!to || !isUp) return;
    events += 1;
    // The gateway keeps their order.
    arrivesAt = Math.max(arrivesAt, scheduler.now() + within(EVENT_MS, 103, events));
    scheduler.after(arrivesAt - scheduler.now(), () => {
      if (isUp && to === current && to.isOpen()) say(to.hears);
    });
  }

  return {
    connect,
    tell,
    cut() {
      isUp = false;
      if (current?.isOpen()) current.hears.disconnected();
    },
    mend() {
      if (isUp) return;
      isUp = true;
      if (current?.isOpen()) current.hears.connected();
    },
    setTrouble(next) {
      trouble = next;
    },
    press(message, customId, interactionId) {
      const { shown } = message;
      tell((hears) => {
        options.onPressed(message, customId, shown);
        hears.pressed(interactionOf(message, customId, interactionId));
      });
    },
  };

  /** As much of discord.js's interaction as the program uses of one with a button. */
  function interactionOf(message: Message, customId: string, id: string): Interaction {
    const answered = (): Promise<unknown> =>
      new Promise((done) => scheduler.after(REST_MS.least, () => done({})));
    const interaction = {
      id,
      customId,
      user: { id: options.operatorId },
      member: { roles: [] },
      guildId: options.guildId,
      channelId: message.channelId,
      locale: 'en-GB',
      deferred: false,
      replied: false,
      isAutocomplete: () => false,
      isChatInputCommand: () => false,
      isButton: () => true,
      isModalSubmit: () => false,
      isRepliable: () => true,
      deferUpdate: answered,
      deferReply: answered,
      reply: answered,
      editReply: answered,
      followUp: answered,
      update: answered,
      showModal: answered,
    };
    return interaction as unknown as Interaction;
  }
}

function refusal(status: number, code: number): DiscordAPIError {
  return new DiscordAPIError({ code, message: 'refused' }, code, status, 'POST', 'https://discord.com/api', {
    files: undefined,
    body: undefined,
  });
}
