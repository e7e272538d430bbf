import type { Faults } from './faults.ts';

/** Events of an account on their way out: sent, lost, doubled, late or kept back, as a script wants it. */
export class PrivateEvents<Event extends Readonly<Record<string, unknown>>> {
  readonly #faults: Faults;
  readonly #send: (event: Event) => void;
  readonly #held: Event[] = [];
  /** Nothing goes out, nothing is kept. */
  stalled = false;

  constructor(faults: Faults, send: (event: Event) => void) {
    this.#faults = faults;
    this.#send = send;
  }

  take(event: Event): void {
    if (this.stalled) return;
    const fault = this.#faults.stream(event);
    switch (fault?.action) {
      case 'lose':
        return;
      case 'hold':
        this.#held.push(event);
        return;
      case 'delay':
        setTimeout(() => this.#send(event), fault.delayMs ?? 0).unref();
        return;
      case 'double':
        this.#send(event);
        this.#send(event);
        return;
      case undefined:
        this.#send(event);
    }
  }

  /** Sends the held events, in their order or the last one first. */
  release(reversed = false): void {
    const events = this.#held.splice(0);
    for (const event of reversed ? events.reverse() : events) this.#send(event);
  }
}
