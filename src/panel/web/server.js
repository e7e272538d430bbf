import { language } from './language.js';
import { createStore } from './store.js';

/** Talking to the server that the page came from. */

/** The server's own words for what went wrong. */
export class Refused extends Error {
  /**
   * @param {number} status
   * @param {string} message
   */
  constructor(status, message) {
    super(message);
    this.name = 'Refused';
    this.status = status;
  }
}

/** Nothing came back: what was asked for may have been done or not. */
export class Unanswered extends Error {
  constructor() {
    super(UNANSWERED[language.get()]);
    this.name = 'Unanswered';
  }
}

const UNANSWERED = {
  en: 'No answer. It may not have been done: look again once the connection is back.',
  'zh-CN': '没有回应，操作可能没有执行：连接恢复后请再确认一次。',
};

/**
 * @param {string} path
 * @param {unknown} [body] Sent as JSON; without one it is a GET.
 * @returns {Promise<any>}
 */
export async function ask(path, body) {
  const response = await fetch(
    path,
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
  ).catch(() => {
    throw new Unanswered();
  });
  const answer = await response.json().catch(() => ({ error: response.statusText }));
  if (!response.ok) throw new Refused(response.status, String(answer.error ?? response.status));
  return answer;
}

/** Whether events arrive: `live`, or `lost` until the browser has connected again. */
export const connection = createStore(/** @type {'connecting' | 'live' | 'lost'} */ ('connecting'));

/**
 * Follows the server's events for as long as the page is open; the browser connects again by itself.
 * @param {string} path
 * @param {Record<string, (data: any) => void>} handlers by the event's name
 */
export function follow(path, handlers) {
  const source = new EventSource(path);
  source.addEventListener('open', () => connection.set('live'));
  source.addEventListener('error', () => {
    connection.set('lost');
    // A browser gives up after an answer that is no feed (a restarted server, for instance).
    if (source.readyState === EventSource.CLOSED) setTimeout(() => follow(path, handlers), 2_000);
  });
  for (const [name, handle] of Object.entries(handlers)) {
    source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
  }
}
