import { type MessageEvent, snowflakeAt } from '../../src/bot/message.ts';
import type { BotConfig } from '../../src/bot/ports.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Signal } from '../../src/trading/model.ts';
import type { Checker } from './checker.ts';
import type { Disk } from './disk.ts';
import { createGuild, eventOf, type Message } from './guild.ts';
import type { Request } from './network.ts';
import { edited, signalIn, textOf } from './said.ts';
import type { Scheduler } from './scheduler.ts';
import type { InFlight, Occasion, Setting, SignalItem, TalkHappening, TalkSetting } from './script.ts';
import { AUTHOR_ID, GUILD_ID, talkConfig } from './signals.ts';
import { createTalkLaw } from './talk-law.ts';
import { createTelephone } from './talk-line.ts';
import { createTalker, type TalkerOptions } from './talker.ts';
import type { Verdict } from './verdict.ts';

/** The people of a Discord server, the program's side of it, and what is held against the program. */
export interface Talk {
  /** A signal is posted, and brought a second time where the script says so. */
  say(item: SignalItem): void;
  act(item: TalkHappening): void;
  calm(): void;
  /** A program's part in it. */
  join(options: Omit<TalkerOptions, 'config' | 'line'>, isAlive: () => boolean): Joined;
  onSent(request: Request): void;
  onRow(table: string, key: string, row: unknown): void;
  look(): void;
  /** What is not over yet, for the end of a run. */
  differences(): string[];
}

export interface Joined {
  start(): Promise<void>;
  hear(event: DeskEvent): void;
  crash(fate: InFlight, chance: () => number): void;
}

export interface TalkOptions {
  disk: Disk;
  setting: Setting & { talk: TalkSetting };
  seed: number;
  scheduler: Scheduler;
  checkers: readonly Checker[];
  signalOf(item: SignalItem): Signal;
  note(line: () => string): void;
  beforeSent(): void;
  occur(occasion: Occasion): void;
  fail: Verdict['fail'];
  isStoreTroubled(): boolean;
  /** Since when exchange, store and clock have been in order. */
  calmSince(): number;
}

const OWN_ID = '100000000000000009';

export function createTalk(options: TalkOptions): Talk {
  const { setting, scheduler, note, checkers } = options;
  const config: BotConfig = talkConfig(setting);
  const guild = createGuild(scheduler.now);
  const tradesChannel = config.channels.trades;
  // It has run before: what is said from now on is for it, also while it is away.
  const read = { messageId: snowflakeAt(scheduler.now() - 1), at: scheduler.now() };
  options.disk.tables.set('cursors', new Map(config.signals.map(({ channel }) => [channel, read])));
  const law = createTalkLaw({
    guild,
    checkers,
    talk: setting.talk,
    tradesChannel,
    now: scheduler.now,
    fail: options.fail,
    isStoreTroubled: options.isStoreTroubled,
    calmSince: () => Math.max(options.calmSince(), troubledAt, isTroubled ? scheduler.now() : 0),
  });
  const telephone = createTelephone({
    seed: options.seed,
    guild,
    scheduler,
    ownId: OWN_ID,
    operatorId: config.operators.users[0] ?? '',
    guildId: GUILD_ID,
    note,
    beforeSent: options.beforeSent,
    onPosted(message) {
      law.onPosted(message);
      if (message.buttons.some((button) => button.startsWith('p:') || button.startsWith('q:')))
        options.occur('asked');
    },
    onPressed(message, customId, shown) {
      note(() => `  pressed ${customId} on ${message.id}`);
      law.onPressed({ customId, shown, at: scheduler.now(), life: 0 });
      // A question about a trade may be about a looser stop.
      const tradeId = /([0-9a-z]{12}-\d+)/.exec(customId.startsWith('q:') ? customId : '')?.[1];
      if (tradeId) for (const one of checkers) one.onStopMoved(tradeId);
      options.occur('pressed');
    },
  });
  /** The last that was a signal, of each message that was edited. */
  const signalTexts = new Map<string, string>();
  let isStorm = true;
  let pressed = 0;
  let isTroubled = false;
  let troubledAt = 0;

  function setTrouble(troubled: boolean): void {
    isTroubled = troubled;
    troubledAt = scheduler.now();
  }

  function mend(): void {
    setTrouble(false);
    telephone.setTrouble(null);
    telephone.mend();
  }

  const spoken = (): Message[] => guild.messages().filter(({ authorId }) => authorId === AUTHOR_ID);

  function during(forMs: number, end: () => void): void {
    scheduler.after(forMs, () => isStorm && end());
  }

  function press(on: number, button: number): void {
    const messages = guild.messages().filter(({ hadButtons }) => hadButtons.length > 0);
    const message = messages.at(-1 - (on % Math.max(messages.length, 1)));
    const customId = message?.hadButtons[button % message.hadButtons.length];
    if (!message || customId === undefined) return;
    pressed += 1;
    telephone.press(message, customId, `90000000000000${String(pressed).padStart(4, '0')}`);
  }

  function edit({ message: nth, how, bps }: Extract<TalkHappening, { do: 'edit' }>): void {
    const messages = spoken();
    const message = messages.at(-1 - (nth % Math.max(messages.length, 1)));
    if (!message) return;
    if (signalIn(message.content)) signalTexts.set(message.id, message.content);
    // What was taken back is said again.
    guild.edit(message.id, { content: edited(signalTexts.get(message.id) ?? message.content, how, bps) });
    note(() => `  edited ${message.id}: ${message.content.split('\n').join(', ')}`);
    law.onChanged(message);
    tellEdited(message);
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
      const text = textOf(options.signalOf(item));
      const message = guild.post(channel.channel, AUTHOR_ID, { content: text });
      note(() => `  said ${message.id} in ${channel.name}: ${text.split('\n').join(', ')}`);
      law.onSaid(message, item.asks === true);
      const event = eventOf(message);
      telephone.tell((hears) => hears.created(event));
      if (item.againMs !== null) scheduler.after(item.againMs, () => tellAgain(message, event));
      options.occur('said');
    },
    act(item) {
      switch (item.do) {
        case 'edit':
          return edit(item);
        case 'remove': {
          const messages = spoken();
          const message = messages.at(-1 - (item.message % Math.max(messages.length, 1)));
          if (!message) return;
          guild.remove(message.id);
          return tellRemoved(message);
        }
        case 'press':
          press(item.on, item.button);
          if (item.againMs !== null)
            scheduler.after(item.againMs, () => isStorm && press(item.on, item.button));
          return;
        case 'gateway':
          setTrouble(true);
          telephone.cut();
          return during(item.forMs, mend);
        case 'discord':
          setTrouble(true);
          telephone.setTrouble(item.how);
          return during(item.forMs, mend);
      }
    },
    calm() {
      isStorm = false;
      mend();
    },
    join(parts, isAlive) {
      const line = telephone.connect(isAlive);
      const talker = createTalker({ ...parts, config, line });
      return {
        start() {
          law.onStart();
          return talker.start();
        },
        hear: talker.hear,
        crash(fate, chance) {
          law.onEnd();
          line.crash(fate, chance);
        },
      };
    },
    onSent: law.onSent,
    onRow: law.onRow,
    look: law.look,
    differences: () => [...law.open(), ...law.forgotten()],
  };
}
