import { useEffect, useState } from 'preact/hooks';

/**
 * A value that tells when it changes.
 * @template T
 * @typedef {object} Store
 * @property {() => T} get
 * @property {(next: T) => void} set
 * @property {(listener: (value: T) => void) => () => void} subscribe Answers with what ends it.
 */

/**
 * @template T
 * @param {T} initial
 * @returns {Store<T>}
 */
export function createStore(initial) {
  let value = initial;
  /** @type {Set<(value: T) => void>} */
  const listeners = new Set();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener(value);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/**
 * The store's value in a component, or a part of it: only a change of that part draws again.
 * @template T
 * @template [U=T]
 * @param {Store<T>} store
 * @param {(value: T) => U} [pick]
 * @returns {U}
 */
export function useStore(store, pick = (value) => /** @type {U} */ (/** @type {unknown} */ (value))) {
  const picked = pick(store.get());
  const [, redraw] = useState(0);
  useEffect(() => {
    let before = picked;
    const look = (/** @type {T} */ value) => {
      const after = pick(value);
      if (Object.is(after, before)) return;
      before = after;
      redraw((count) => count + 1);
    };
    // It may have changed between the drawing and this.
    look(store.get());
    return store.subscribe(look);
  }, [store]);
  return picked;
}
