import type { RESTPostAPIChatInputApplicationCommandsJSONBody } from 'discord.js';
import type { ActionDeps } from '../bot/actions.ts';
import type { AlertLevels } from '../bot/alert-levels.ts';
import type { AskedCloses } from '../bot/asked-closes.ts';
import type { Catalogue } from '../bot/locales/index.ts';
import type { MessageEvent } from '../bot/message.ts';
import type { Collection, MessageBody, MessageFile, Now, Read } from '../bot/ports.ts';
import type { PriceWatches } from '../bot/price-watches.ts';
import type { Asked } from '../bot/questions.ts';
import type { Proposal, ReceiptTable } from '../bot/records.ts';
import type { Settings } from '../bot/settings.ts';
import type { Status } from '../bot/status.ts';
import type { TradeWatch } from '../bot/trade-watch.ts';
import type { Picture } from '../charts/picture.ts';
import type { Took } from '../telemetry/journeys.ts';
import type { Desk } from '../trading/desk-types.ts';

/** A slash command: plain data as Discord takes it, and what it does. */
export interface Command {
  data: RESTPostAPIChatInputApplicationCommandsJSONBody;
  /** Which subcommands, or `*`, change nothing and are open to viewers. */
  viewers: '*' | readonly string[];
  run(call: Call): Promise<Answer>;
  /** Suggestions while an option is being typed. At most 25 are shown. */
  complete?(typed: Typed): Choice[];
}

/** What commands may use. */
export interface Services {
  desk: Desk;
  settings: Settings;
  receipts: ReceiptTable;
  proposals: Pick<Collection<Proposal>, 'get'>;
  /** Resolves when nothing is being done about this message any more, or after some seconds. */
  settled(messageId: string): Promise<void>;
  watches: PriceWatches;
  closes: AskedCloses;
  watch: Pick<TradeWatch, 'first'>;
  alerts: AlertLevels;
  /** The message that one of the bot's own is about; null when it is about none, undefined when it is not the bot's. */
  aboutMessage(ownMessageId: string): Promise<string | null | undefined>;
  /** Null when it is gone. Rejects when Discord does not give it. */
  fetchMessage(channelId: string, messageId: string): Promise<MessageEvent | null>;
  status(): Status;
  /** How long each stage of a signal's way took, by the id that its trade has or would have. */
  took(tradeId: string): readonly Took[];
  /** Answers with the name under which a message shows it; null where no picture could be made. Never rejects. */
  draw(kind: string, picture: Picture): Promise<string | null>;
  read: Read;
  now: Now;
}

export interface Call extends Services {
  /** All of them, as Discord knows them. */
  commands: readonly Command['data'][];
  /** What changing a setting needs. */
  actions: ActionDeps;
  /** Unique per call. */
  id: string;
  userId: string;
  /** An operator; a viewer is shown no buttons that would refuse them. */
  mayAct: boolean;
  channelId: string;
  /** In the caller's language. */
  t: Catalogue;
  subcommand: string | null;
  text(option: string): string | null;
  number(option: string): number | null;
}

export interface Typed extends Pick<Services, 'desk' | 'settings' | 'watches'> {
  userId: string;
  t: Catalogue;
  option: string;
  value: string;
}

export interface Choice {
  name: string;
  value: string;
}

export interface Reply {
  type: 'reply';
  body: MessageBody;
  /** Only the caller sees it. */
  ephemeral: boolean;
  /** To be kept by whoever asked. */
  files?: readonly MessageFile[];
  /** For the audit, in place of the text: what there was before and is now. */
  changed?: string;
  /** What the answer is edited to once it is there, a picture above all: it never delays the answer. */
  later?(): Promise<MessageBody | null>;
}

/** A question is answered by its buttons. */
export type Answer = Reply | { type: 'ask'; asked: Asked };

/** For all to see: something was changed. */
export function say(body: string | MessageBody): Reply {
  return { ...whisper(body), ephemeral: false };
}

/** For the caller alone: something was only read. */
export function whisper(body: string | MessageBody): Reply {
  return { type: 'reply', body: typeof body === 'string' ? { content: body } : body, ephemeral: true };
}
