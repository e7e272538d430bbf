import { z } from 'zod';
import {
  amount,
  denial,
  denialCode,
  market,
  plan,
  side,
  signal,
  source,
  updateAction,
} from '../trading/model.ts';
import type { Collection } from './ports.ts';

/** What the bot keeps in the store, row by row. Times are milliseconds since the epoch, snowflakes strings. */

/** What one risk rule found at the decision; the form is the risk rules' own `RuleCheck`. */
export const ruleCheck = z.object({
  code: denialCode,
  setting: z.string().nullable(),
  numbers: z.record(z.string(), z.string()),
  passed: z.boolean(),
  closeness: z.number().nullable(),
});

export const outcome = z.object({
  /** Which of the message's signals; those of an edit count on from `100 × revision`. */
  index: z.number().int().nonnegative(),
  result: z.enum(['opened', 'proposed', 'observed', 'denied', 'rejected', 'failed', 'expired', 'withdrawn']),
  symbol: z.string(),
  side,
  tradeId: z.string().nullable(),
  denial: denial.nullable(),
  /** What the exchange or our own error said. */
  detail: z.string().nullable(),
  /** Every rule that was asked; none in rows from before they were kept. */
  checks: z.array(ruleCheck),
});
export type Outcome = z.infer<typeof outcome>;

/** Something to do with a trade once a human has said yes. */
export const plannedRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('close'), fraction: amount, reason: z.enum(['user', 'message']) }),
  z.object({ type: z.literal('move_stop'), price: amount }),
  z.object({ type: z.literal('break_even') }),
  z.object({ type: z.literal('cancel_entries') }),
  z.object({ type: z.literal('set_targets'), prices: z.array(amount) }),
]);
export type PlannedRequest = z.infer<typeof plannedRequest>;

/** Words of a message and what was read from them, as the parser tells it. */
export const evidence = z.object({
  field: z.string(),
  code: z.string(),
  text: z.string(),
  offset: z.number(),
});

/** Why the desk does not do what it is asked for. */
export const refusedReason = z.enum([
  'no_such_trade',
  'nothing_held',
  'no_entries',
  'wrong_side',
  'target_passed',
  'raises_risk',
]);

/** What one management message did with one trade, or why it did nothing. */
export const effect = z.object({
  action: updateAction,
  /** Null where none was meant. */
  tradeId: z.string().nullable(),
  /** `BTCUSDT` and the side; null with the trade. */
  symbol: z.string().nullable(),
  side: side.nullable(),
  request: plannedRequest.nullable(),
  result: z.enum([
    'done',
    'asked',
    'withdrawn',
    'no_trade',
    'only_told',
    'too_little',
    ...refusedReason.options,
  ]),
});
export type Effect = z.infer<typeof effect>;

/** What became of one message; the proof that it has been dealt with. Key: the message id. */
export const receipt = z.object({
  messageId: z.string(),
  channelId: z.string(),
  threadId: z.string().optional(),
  authorId: z.string(),
  readAt: z.number(),
  kind: z.enum(['signal', 'update', 'invalid', 'none']),
  /** The reading in one canonical line: an edit with the same one changes nothing. */
  meaning: z.string(),
  /** How often an edit changed the plan. */
  revision: z.number().int().nonnegative(),
  /** Why an invalid one is, or the codes of updates. */
  detail: z.string().nullable(),
  outcomes: z.array(outcome),
  /** Which place each signal has that it says now, in their order; absent where none was moved by an edit. */
  places: z.array(z.number().int().nonnegative()).optional(),
  /** The trades that an update was aimed at. */
  tradeIds: z.array(z.string()),
  deleted: z.boolean(),
  /** The text as it was read, its beginning where it is long; `textLength` is of all of it. Null in older rows. */
  text: z.string().nullable(),
  textLength: z.number().int().nonnegative(),
  evidence: z.array(evidence),
  /** What a management message did. */
  effects: z.array(effect),
  /**
   * Its updates are being carried out: what the message had meant before, and since when; absent once they are. The next
   * run finds out what of them is done, or asks.
   */
  inHand: z.object({ before: z.string(), at: z.number() }).optional(),
});
export type Receipt = z.infer<typeof receipt>;

/** Receipts can be read by the time of their messages, which is in their ids. */
export interface ReceiptTable extends Collection<Receipt> {
  /** What `take` makes of those with keys from `from` up to but not including `to`, without what is null; read in pieces. */
  taken<U>(from: string, to: string, take: (key: string, value: Receipt) => U | null): Promise<U[]>;
}

/** A signal waiting for a click. Key: the id of the trade that it would become. */
export const proposal = z.object({
  id: z.string(),
  source,
  signal,
  plan,
  state: z.enum(['open', 'confirmed', 'rejected', 'expired', 'denied', 'refused', 'failed', 'withdrawn']),
  createdAt: z.number(),
  expiresAt: z.number(),
  decidedAt: z.number().nullable(),
  by: z.string().nullable(),
  denial: denial.nullable(),
  /** What the exchange or our own error said. */
  detail: z.string().nullable(),
  /** The author has deleted the message since. */
  sourceDeleted: z.boolean(),
  /** What the rules found when they were last asked, after an edit or at the click. */
  checks: z.array(ruleCheck),
  /** Where the market was when the signal was read; absent in older rows. */
  signalPrice: amount.optional(),
  /** How much may be lost, in % of equity, where a human has said less than the settings allow. */
  riskPct: amount.optional(),
  /** How often what is asked has been changed, by its author or by hand; absent where it never was. */
  revision: z.number().int().nonnegative().optional(),
  /** Who has changed stop, targets or size. */
  adjustedBy: z.string().optional(),
  /** What was written into the form and was wrong: it must not have to be written again. */
  draft: z.object({ stop: z.string(), targets: z.string(), size: z.string() }).optional(),
  /** What was decided on half of the size that was shown. */
  halved: z.boolean().optional(),
});
export type Proposal = z.infer<typeof proposal>;

export const pauseReason = z.enum(['user', 'daily_loss', 'loss_streak', 'fault', 'account_changed']);

export const questionAction = z.discriminatedUnion('type', [
  z.object({ type: z.literal('trade'), tradeId: z.string(), requests: z.array(plannedRequest) }),
  z.object({ type: z.literal('set_risk'), key: z.string(), value: z.string() }),
  z.object({ type: z.literal('reset_risk'), key: z.string() }),
  z.object({ type: z.literal('panic') }),
  z.object({
    type: z.literal('resume'),
    reasons: z.array(pauseReason),
    channelId: z.string().nullable(),
    /** Asked once more before it is done. */
    askAgain: z.boolean(),
  }),
  z.object({ type: z.literal('nothing') }),
]);
export type QuestionAction = z.infer<typeof questionAction>;

/** A question with buttons. The last option is always the one that does nothing. */
export const question = z.object({
  id: z.string(),
  channelId: z.string(),
  text: z.string(),
  options: z.array(z.object({ label: z.string(), action: questionAction })).min(2),
  state: z.enum(['open', 'answered', 'expired']),
  askedAt: z.number(),
  expiresAt: z.number(),
  by: z.string().nullable(),
  decidedAt: z.number().nullable(),
  chosen: z.number().int().nullable(),
  /** What came of the answer. */
  result: z.string().nullable(),
  /** Answered, and not known yet to have been carried out; absent once it is. */
  inHand: z.boolean().optional(),
});
export type Question = z.infer<typeof question>;

/**
 * An edit or a deletion that is being carried out: read again by the next start should the program end meanwhile. Key:
 * the id of the message. `at`: when it was heard of first. `judged`: the meanings of the signals that had come to what the
 * receipt says by then, a line each; absent in older rows.
 */
export const change = z.object({
  channelId: z.string(),
  threadId: z.string().optional(),
  at: z.number(),
  judged: z.string().optional(),
});
export type Change = z.infer<typeof change>;

/** Where a trade is to come to, see `standing.ts`. */
export const standingAim = z.discriminatedUnion('type', [
  z.object({ type: z.literal('stop'), price: amount }),
  z.object({ type: z.literal('close'), until: amount.nullable() }),
  z.object({ type: z.literal('no_entries') }),
  z.object({ type: z.literal('targets'), round: z.number().int() }),
]);

/** What a message of ours says is on its way, until it says what came of it. Key: what the message is about. */
export const followUp = z.object({
  begun: z.array(
    z.object({
      tradeId: z.string(),
      carried: z.array(
        z.object({
          request: plannedRequest,
          refused: refusedReason.nullable(),
          leftOut: z.array(amount).optional(),
          aim: standingAim.nullable(),
        }),
      ),
    }),
  ),
  at: z.number(),
});
export type FollowUp = z.infer<typeof followUp>;

/** Where a message of ours stands, so that it can be edited. Key: its slot (`card:<trade id>`). */
export const postedMessage = z.object({
  channelId: z.string(),
  messageId: z.string(),
  /** When it was last posted or edited. */
  at: z.number(),
  /** Of the body as it was last sent. */
  hash: z.string().optional(),
  /** The name of the picture that it shows. */
  picture: z.string().optional(),
  /** It tells other things, too: what has more to say later says so in a message of its own. */
  shared: z.boolean().optional(),
  /** The thread that hangs on it; null once there is to be none. */
  thread: z.string().nullable().optional(),
});
export type PostedMessage = z.infer<typeof postedMessage>;

/** A message that Discord has not taken yet. Keys sort in the order of posting. */
export const outboxEntry = z.object({
  id: z.string(),
  to: z.discriminatedUnion('type', [
    z.object({ type: z.literal('channel'), id: z.string() }),
    z.object({ type: z.literal('dm'), id: z.string() }),
    /** The thread on the message of this slot, opened under this name when the first message is for it. */
    z.object({ type: z.literal('thread'), id: z.string(), name: z.string() }),
  ]),
  slot: z.string(),
  /** A `MessageBody` as JSON text. */
  body: z.string(),
  createdAt: z.number(),
});
export type OutboxEntry = z.infer<typeof outboxEntry>;

/** What of a trade's history its thread has been told. Key: the trade's id. */
export const toldHistory = z.object({ keys: z.array(z.string()), at: z.number() });
export type ToldHistory = z.infer<typeof toldHistory>;

/** The last message of a channel before which everything has been dealt with. Key: the channel id. */
export const cursor = z.object({ messageId: z.string(), at: z.number() });
export type Cursor = z.infer<typeof cursor>;

/** A value of `/risk set`, as it would stand in the file. Key: the setting. */
export const override = z.object({
  value: z.union([z.number(), z.string(), z.boolean(), z.null(), z.array(z.string())]),
  by: z.string(),
  at: z.number(),
});
export type Override = z.infer<typeof override>;

/** One thing that a human did. Keys sort by time. */
export const auditEntry = z.object({
  at: z.number(),
  userId: z.string(),
  kind: z.enum(['command', 'button', 'setting', 'refused']),
  /** The command with its options, or the button. */
  what: z.string(),
  result: z.string(),
});
export type AuditEntry = z.infer<typeof auditEntry>;

/** A price alert that somebody asked for. Key: its id. */
export const priceWatch = z.object({
  id: z.string(),
  userId: z.string(),
  market,
  symbol: z.string(),
  when: z.enum(['above', 'below']),
  price: amount,
  createdAt: z.number(),
});
export type PriceWatch = z.infer<typeof priceWatch>;

export const alertKinds = [
  'fills',
  'elsewhere',
  'protection',
  'warnings',
  'near_stop',
  'pauses',
  'recoveries',
  'summary',
  'problems',
] as const;
export type AlertKind = (typeof alertKinds)[number];

/** `silent`: posted without a notification. */
export const alertLevels = ['on', 'silent', 'off'] as const;
export type AlertLevel = (typeof alertLevels)[number];

/** How loudly a kind of alert is told. Key: the kind. */
export const alertLevelRow = z.object({ level: z.enum(alertLevels), by: z.string(), at: z.number() });
export type AlertLevelRow = z.infer<typeof alertLevelRow>;
