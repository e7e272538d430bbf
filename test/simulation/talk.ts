import { snowflakeAt } from '../../src/bot/message.ts';
import type { BotConfig } from '../../src/bot/ports.ts';
import type { DeskEvent } from '../../src/trading/desk-types.ts';
import type { Signal } from '../../src/trading/model.ts';
import { createAuthors } from './authors.ts';
import type { Checker } from './checker.ts';
import type { Disk } from './disk.ts';
import { createGuild } from './guild.ts';
import type { Request } from './network.ts';
import type { Scheduler } from './scheduler.ts';
import type { InFlight, Occasion, Setting, SignalItem, TalkHappening, TalkSetting } from './script.ts';
import { GUILD_ID, talkConfig } from './signals.ts';
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
    // Where the exchange grants a fifth of the requests, what is open comes first for a minute.
    knownMs: setting.weightPerMinute < 2_400 ? 90_000 : 30_000,
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
    onGiven: (messageId) => law.onGiven(messageId),
    onPressed(message, customId, shown) {
      note(() => `  pressed ${customId} on ${message.id}`);
      law.onPressed({ customId, shown, at: scheduler.now(), life: 0 });
      // A question about a trade may be about a looser stop.
      const tradeId = /([0-9a-z]{12}-\d+)/.exec(customId.startsWith('q:') ? customId : '')?.[1];
      if (tradeId) for (const one of checkers) one.onStopMoved(tradeId);
      options.occur('pressed');
    },
  });
  const authors = createAuthors({ ...options, config, guild, law, telephone });
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

  return {
    say: authors.say,
    act(item) {
      switch (item.do) {
        case 'edit':
        case 'rewrite':
        case 'remove':
          return authors.act(item);
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
