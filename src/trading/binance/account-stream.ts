/** The stream of the account's events, however a market opens it and keeps it. */
export interface AccountStream {
  /** Resolves once events are known to be on their way. @throws Error when a few tries did not bring that. */
  open(): Promise<void>;
  isUp(): boolean;
  /** A write, sent at this `performance.now()`, was confirmed: it must show up as an event, or already has. */
  expectEvent(sentAt: number): void;
  /** An order event came. */
  eventCame(): void;
  /** What it hangs on (listen key, subscription) has ended: everything is opened anew. */
  renew(reason: string): void;
  /** The server announced its end: the new connection comes first. */
  replace(): void;
  close(): void;
}

/** A start that is merely unlucky goes on after these. */
export const OPEN_PAUSES_MS: readonly number[] = [250, 500, 1_000, 2_000];
