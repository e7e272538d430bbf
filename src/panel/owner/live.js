import { createStore } from '../web/store.js';

/**
 * What the bot has said last.
 *
 * @typedef {import('../overview.ts').Overview & { environment: string, failing: Failing[], loopMs: number | null, storeBytes: number, revisions: { decisions: number, equity: number } }} Overview
 * @typedef {Pick<import('../../incidents.ts').Incident, 'part' | 'market' | 'since'>} Failing
 * @typedef {import('../overview.ts').TradeView} TradeView
 */

/** Null until the server has answered. @type {import('../web/store.js').Store<boolean | null>} */
export const signedIn = createStore(/** @type {boolean | null} */ (null));

/** @type {import('../web/store.js').Store<Overview | null>} */
export const overview = createStore(/** @type {Overview | null} */ (null));

/** @type {import('../web/store.js').Store<import('../overview.ts').Latency>} */
export const latency = createStore(/** @type {import('../overview.ts').Latency} */ ([]));

/** Oldest first. @type {import('../web/store.js').Store<LogLine[]>} */
export const log = createStore(/** @type {LogLine[]} */ ([]));

const LINES = 500;
let lines = 0;

/** @typedef {{ id: number, level: string, time: string, text: string }} LogLine */

/** A feed that begins anew sends what there is once more. @param {string[]} texts */
export function takeLog(texts) {
  const before = texts.length > 1 ? [] : log.get();
  log.set([...before, ...texts.map(readLine)].slice(-LINES));
}

/** @param {string} text @returns {LogLine} */
function readLine(text) {
  lines += 1;
  try {
    const { level, time, msg, ...rest } = JSON.parse(text);
    const more = Object.keys(rest).length === 0 ? '' : ` ${JSON.stringify(rest)}`;
    return { id: lines, level: String(level), time: String(time), text: `${msg ?? ''}${more}` };
  } catch {
    return { id: lines, level: 'info', time: '', text };
  }
}
