import type { Clock } from '../clock.ts';
import type { Exchange, Instrument } from '../exchange.ts';

/** So long a removal waits for the answer. */
const PATIENCE_MS = 700;
/** A yes holds for so long: one cover after the other may go. */
const GOOD_FOR_MS = 1_000;

/**
 * Does the symbol take orders now? Asked before protection goes to make room for other orders, for no event tells of
 * CANCEL_ONLY or a halt. True where it cannot be found out in time: what has to be closed must not wait for a question.
 */
export type TakesOrders = (
  exchange: Pick<Exchange, 'instruments' | 'refreshInstruments'>,
  symbol: string,
) => Promise<boolean>;

/**
 * For one market.
 * @param onRead its filters are known anew: what comes in place of what goes has to keep to them
 */
export function createTakesOrders(
  clock: Clock,
  onRead: (symbol: string, instrument: Instrument) => void,
): TakesOrders {
  const takenAt = new Map<string, number>();
  /** What several wait for is asked once. */
  const asking = new Map<string, Promise<boolean>>();

  async function ask(exchange: Parameters<TakesOrders>[0], symbol: string): Promise<boolean> {
    const isRead = exchange.refreshInstruments(symbol).then(
      () => true,
      () => false,
    );
    const inTime = await new Promise<boolean>((done) => {
      const cancel = clock.after(PATIENCE_MS, () => done(false));
      void isRead.then((read) => {
        cancel();
        done(read);
      });
    });
    if (!inTime) return true;
    const instrument = exchange.instruments().get(symbol);
    if (instrument) onRead(symbol, instrument);
    const takes = instrument?.status === 'trading';
    if (takes) takenAt.set(symbol, clock.now());
    return takes;
  }

  return async (exchange, symbol) => {
    if (clock.now() - (takenAt.get(symbol) ?? Number.NEGATIVE_INFINITY) < GOOD_FOR_MS) return true;
    const asked = asking.get(symbol) ?? ask(exchange, symbol).finally(() => asking.delete(symbol));
    asking.set(symbol, asked);
    return await asked;
  };
}
