import { Decimal } from '../../../trading/decimal.ts';
import { type Book, newBook } from '../book.ts';
import type { Instrument } from '../instruments.ts';

/** A contract's market: its book, the mark price and what funding costs. */
export interface Market extends Book {
  instrument: Instrument;
  mark: Decimal;
  fundingRate: Decimal;
}

const FUNDING_INTERVAL_MS = 8 * 60 * 60 * 1000;

export function newMarket(instrument: Instrument, nowMs: number): Market {
  return {
    ...newBook(instrument.startPrice, nowMs),
    instrument,
    mark: instrument.startPrice,
    fundingRate: new Decimal('0.0001'),
  };
}

/** Funding is paid at 00:00, 08:00 and 16:00 UTC. */
export function nextFundingTime(nowMs: number): number {
  return (Math.floor(nowMs / FUNDING_INTERVAL_MS) + 1) * FUNDING_INTERVAL_MS;
}
