import type { ChannelSettings } from '../risk/settings.ts';
import type { Counters } from '../telemetry/counters.ts';
import type { Journeys } from '../telemetry/journeys.ts';
import type { Desk } from '../trading/desk-types.ts';
import { tradeIdOf } from '../trading/lifecycle/ids.ts';
import type { Signal, Source } from '../trading/model.ts';
import type { Confirmations } from './confirmations.ts';
import { describe } from './discord-errors.ts';
import { type Incoming, postedAt } from './message.ts';
import type { Log, Now } from './ports.ts';
import type { Outcome } from './records.ts';
import type { Reports } from './reports.ts';
import type { Retractions, Watched } from './retractions.ts';
import { tellingIfSlow } from './slow.ts';

export interface DecidingDeps {
  desk: Desk;
  confirmations: Confirmations;
  reports: Reports;
  retractions: Pick<Retractions, 'watch'>;
  guildId(): string;
  journeys: Journeys;
  counters: Counters;
  now: Now;
  log: Log;
}

type Verdict = Pick<Outcome, 'result'> & Partial<Pick<Outcome, 'denial' | 'detail' | 'checks'>>;

/** An outcome of which nothing is known. */
export const UNDECIDED = {
  tradeId: null,
  denial: null,
  detail: null,
  checks: [],
} as const satisfies Partial<Outcome>;

/** Absent where it stands in the channel itself. */
export function inThread({ threadId }: { threadId?: string | undefined }): { threadId?: string } {
  return threadId === undefined ? {} : { threadId };
}

export function sourceOf(
  message: Incoming,
  channel: ChannelSettings,
  index: number,
  guildId: string,
): Source {
  return {
    guildId,
    channelId: message.channelId,
    ...inThread(message),
    channel: channel.name,
    messageId: message.id,
    authorId: message.authorId,
    index,
    postedAt: postedAt(message.id),
  };
}

/** One signal to its end: traded, proposed, observed, or told why not, as when it is taken back before. Never rejects. */
export async function decide(
  deps: DecidingDeps,
  message: Incoming,
  signal: Signal,
  index: number,
  channel: ChannelSettings,
): Promise<Outcome> {
  const source = sourceOf(message, channel, index, deps.guildId());
  const begunAt = deps.now();
  const watched = deps.retractions.watch(message, signal);
  const deciding = verdictOn(deps, signal, source, channel, watched).finally(watched.end);
  const verdict = await tellingIfSlow(deciding, () => {
    const isTaken = deps.desk.trades().some(({ id }) => id === tradeIdOf(message.id, index));
    void deps.reports.waiting(signal, source, isTaken ? null : begunAt + channel.maxAgeMs);
  });
  if (verdict.result === 'opened' || verdict.result === 'proposed')
    await deps.reports.waited(signal, source, verdict.result, deps.now() - begunAt);
  deps.counters.add('signals', channel.name, verdict.result);
  if (verdict.denial) deps.counters.add('denials', verdict.denial.code);
  const { symbol, side } = signal;
  const tradeId =
    verdict.result === 'opened' || verdict.result === 'proposed' ? tradeIdOf(message.id, index) : null;
  return { ...UNDECIDED, index, symbol, side, tradeId, ...verdict };
}

async function verdictOn(
  deps: DecidingDeps,
  signal: Signal,
  source: Source,
  channel: ChannelSettings,
  watched: Watched,
): Promise<Verdict> {
  try {
    return channel.mode === 'auto'
      ? await open(deps, signal, source, channel, watched)
      : await preview(deps, signal, source, channel, watched);
  } catch (error) {
    const detail = describe(error);
    deps.log.error({ messageId: source.messageId, error: detail }, 'a signal could not be decided');
    await deps.reports.failed(signal, source, detail);
    return { result: 'failed', detail };
  }
}

async function open(
  { desk, reports }: DecidingDeps,
  signal: Signal,
  source: Source,
  channel: ChannelSettings,
  watched: Watched,
): Promise<Verdict> {
  const opened = await desk.open(signal, source, channel, watched.retracted);
  switch (opened.kind) {
    case 'opened':
      return { result: 'opened', checks: opened.checks };
    case 'exists':
      return { result: 'opened' };
    case 'denied':
      await reports.denied(signal, source, opened.denial);
      return { result: 'denied', denial: opened.denial, checks: opened.checks };
    case 'withdrawn':
      await reports.withdrawn(signal, source, watched.how());
      return { result: 'withdrawn' };
    case 'rejected':
      await reports.rejected(signal, source, opened.code, opened.message);
      return { result: 'rejected', detail: `${opened.code} ${opened.message}` };
    case 'failed':
      await reports.failed(signal, source, opened.message);
      return { result: 'failed', detail: opened.message };
  }
}

async function preview(
  { desk, reports, confirmations, journeys }: DecidingDeps,
  signal: Signal,
  source: Source,
  channel: ChannelSettings,
  watched: Watched,
): Promise<Verdict> {
  const assessed = await desk.preview(signal, source, channel, watched.retracted);
  if (watched.retracted.aborted) {
    await reports.withdrawn(signal, source, watched.how());
    return { result: 'withdrawn' };
  }
  journeys.reach(tradeIdOf(source.messageId, source.index), 'risk');
  if (assessed.kind === 'denied') {
    await reports.denied(signal, source, assessed.denial);
    return { result: 'denied', denial: assessed.denial, checks: assessed.checks };
  }
  if (channel.mode === 'observe') {
    await reports.observed(signal, source, assessed.plan);
    return { result: 'observed', checks: assessed.checks };
  }
  await confirmations.propose(signal, source, assessed.plan, assessed.checks);
  return { result: 'proposed', checks: assessed.checks };
}
