import { Component, h } from 'preact';

/**
 * The same part, drawn again only when one of its properties has become another. (Keeping what was drawn and using it
 * again would do that, too, and would keep the whole page alive of which it was a part.)
 * @template {object} P
 * @param {(props: P) => any} part
 * @returns {new (props: P) => Component<P>}
 */
export function memo(part) {
  return class extends Component {
    /** @override @param {Record<string, unknown>} next */
    shouldComponentUpdate(next) {
      const now = /** @type {Record<string, unknown>} */ (this.props);
      const names = new Set([...Object.keys(now), ...Object.keys(next)]);
      return [...names].some((name) => !Object.is(now[name], next[name]));
    }

    /** @override */
    render() {
      return h(part, /** @type {any} */ (this.props));
    }
  };
}
