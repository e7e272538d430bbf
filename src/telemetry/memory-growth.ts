const SLOT_MS = 300_000;
const SLOTS = 12;

/**
 * By how much the memory has grown since the first hour. The least of each five minutes counts, which garbage that is
 * yet to be collected does not hide: over an hour that is what the program really holds.
 */
export class MemoryGrowth {
  readonly #slots: { number: number; least: number }[] = [];
  #firstHour: number | null = null;

  /** In bytes; null during the first hour. */
  add(bytes: number, now: number): number | null {
    const number = Math.floor(now / SLOT_MS);
    const last = this.#slots.at(-1);
    if (last?.number === number) last.least = Math.min(last.least, bytes);
    else {
      this.#slots.push({ number, least: bytes });
      if (this.#slots.length > SLOTS + 1) this.#slots.shift();
    }
    // The running one has not seen its least yet.
    const whole = this.#slots.slice(0, -1);
    if (whole.length < SLOTS) return null;
    const least = Math.min(...whole.map((slot) => slot.least));
    this.#firstHour ??= least;
    return least - this.#firstHour;
  }
}
