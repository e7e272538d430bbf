import { isAfter, type MessageEvent } from '../../src/bot/message.ts';
import type { BotConfig } from '../../src/bot/ports.ts';
import type { Market, Signal } from '../../src/trading/model.ts';
import { eventOf, type Guild, type Message } from './guild.ts';
import { type Block, contentOf, rewritten } from './rewriting.ts';
import { edited, isReadAs, signalsIn, textOf } from './said.ts';
import type { Scheduler } from './scheduler.ts';
import type { Occasion, SignalItem, TalkHappening } from './script.ts';
import { AUTHOR_ID } from './signals.ts';
import type { TalkLaw } from './talk-law.ts';
import type { Telephone } from './talk-line.ts';

/** Who posts signals, and what becomes of their messages. */
export interface Authors {
  /** A message is posted, and brought a second time where the script says so. */
  say(item: SignalItem): void;
  act(item: AuthorsHappening): void;
}

type Channel = BotConfig['signals'][number];
type AuthorsHappening = Extract<TalkHappening, { do: 'edit' | 'rewrite' | 'remove' }>;

export interface AuthorsOptions {
  config: BotConfig;
  guild: Guild;
  law: TalkLaw;
  telephone: Telephone;
  scheduler: Scheduler;
  signalOf(item: SignalItem): Signal;
  note(line: () => string): void;
  occur(occasion: Occasion): void;
}

export function createAuthors(options: AuthorsOptions): Authors {
  const { config, guild, law, telephone, scheduler, note } = options;
  /** The last that were signals, of each message: as they are now, or were before it said something else. */
  const written = new Map<string, readonly Block[]>();
  const writtenFirst = new Map<string, readonly Block[]>();
  let blocks = 0;

  function write(signal: Signal): Block {
    blocks += 1;
    return { key: blocks, text: textOf(signal) };
  }

  function spoken(nth: number): Message | undefined {
    const messages = guild.messages().filter(({ authorId }) => authorId === AUTHOR_ID);
    return messages.at(-1 - (nth % Math.max(messages.length, 1)));
  }

  function post({ channel, name, mode }: Channel, signals: readonly Block[]): Message {
    const message = guild.post(channel, AUTHOR_ID, { content: contentOf(signals) });
    note(() => `  said ${message.id} in ${name}: ${message.content.split('\n').join(', ')}`);
    written.set(message.id, signals);
    writtenFirst.set(message.id, signals);
    law.onSaid(message, mode === 'confirm', keysOf(signals));
    const event = eventOf(message);
    telephone.tell((hears) => hears.created(event));
    return message;
  }

  function change(message: Message, content: string, signals: readonly Block[]): void {
    guild.edit(message.id, { content });
    note(() => `  edited ${message.id}: ${message.content.split('\n').join(', ')}`);
    law.onChanged(message, keysOf(signals));
    tellEdited(message);
  }

  function edit({ message: nth, how, bps }: Extract<TalkHappening, { do: 'edit' }>): void {
    const message = spoken(nth);
    if (!message) return;
    const before = written.get(message.id) ?? [];
    if (how === 'unreadable' || how === 'close') return change(message, edited('', how, bps), []);
    // What was taken back is said again.
    const after = before.map((one, index) =>
      how === 'stop' && index > 0 ? one : { ...one, text: edited(one.text, how, bps) },
    );
    const content = contentOf(after);
    const isRead = signalsIn(content).length > 0;
    if (isRead) written.set(message.id, after);
    change(message, content, isRead ? after : []);
  }

  function rewrite({ message: nth, steps, againMs }: Extract<TalkHappening, { do: 'rewrite' }>): void {
    const message = spoken(nth);
    const channel = config.signals.find((one) => one.channel === message?.channelId);
    if (!message || !channel) return;
    const older = guild
      .messages(message.channelId)
      .findLast(({ id, authorId }) => authorId === AUTHOR_ID && isAfter(message.id, id));
    const { own, parted, isMerged } = rewritten(steps, {
      own: written.get(message.id) ?? [],
      first: writtenFirst.get(message.id) ?? [],
      older: (older && written.get(older.id)) ?? [],
      write: (item) => write(options.signalOf(inMarket(item, channel.market))),
    });
    if (contentOf(own) === message.content) return;
    written.set(message.id, own);
    change(message, contentOf(own), own);
    if (older && isMerged) remove(older);
    if (parted.length > 0) post(channel, parted);
    if (againMs !== null) scheduler.after(againMs, () => message.deletedAt === null && tellEdited(message));
    options.occur('rewritten');
  }

  function remove(message: Message): void {
    guild.remove(message.id);
    tellRemoved(message);
  }

  function tellEdited(message: Message): void {
    const event = eventOf(message);
    const told = { ...message };
    telephone.tell((hears) => {
      hears.edited(event);
      law.onHeard(told);
    });
  }

  function tellRemoved(message: Message): void {
    telephone.tell((hears) => {
      hears.deleted(message.channelId, [message.id]);
      law.onHeard(message);
    });
  }

  /** Discord repeats what there was since, too, and in order: nobody hears last of a message how it was at first. */
  function tellAgain(message: Message, event: MessageEvent): void {
    const { editedAt, deletedAt } = message;
    telephone.tell((hears) => hears.created(event));
    if (editedAt !== null) tellEdited(message);
    if (deletedAt !== null) tellRemoved(message);
  }

  return {
    say(item) {
      const channel = config.signals.find(
        ({ market, mode }) => market === (item.market ?? 'usdm') && mode === (item.asks ? 'confirm' : 'auto'),
      );
      if (!channel) return;
      const beside = (item.beside ?? []).map((one) => inMarket(one, channel.market));
      const signals = [item, ...beside].map((one) => write(options.signalOf(one)));
      const isWhole = isReadAs(signals.map(({ text }) => text));
      const message = post(channel, isWhole ? signals : signals.slice(0, 1));
      const event = eventOf(message);
      if (item.againMs !== null) scheduler.after(item.againMs, () => tellAgain(message, event));
      options.occur('said');
    },
    act(item) {
      switch (item.do) {
        case 'edit':
          return edit(item);
        case 'rewrite':
          return rewrite(item);
        case 'remove': {
          const message = spoken(item.message);
          if (message) remove(message);
        }
      }
    },
  };
}

function keysOf(signals: readonly Block[]): number[] {
  return signals.map(({ key }) => key);
}

/** On spot nothing is sold short. */
function inMarket(item: SignalItem, market: Market | undefined): SignalItem {
  return market === 'spot' ? { ...item, market, side: 'long' } : item;
}
