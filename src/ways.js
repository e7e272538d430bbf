/**
 * Where the words led that modules import or require others by. What an `import` leads to depends on the module, what a
 * `require` does on its folder alone. All are URLs.
 *
 * @typedef {object} Way
 * @property {boolean} byImport
 * @property {string} from A module or, of a `require`, its folder.
 * @property {string} words
 * @property {string | null} to Null where the same words led to several.
 */
export function createWays() {
  /** @type {Map<string, Map<string, string | null>>} */
  const imports = new Map();
  /** @type {typeof imports} */
  const requires = new Map();

  /**
   * All that lead away from a module, by their words.
   * @param {string} url
   * @param {boolean} byImport
   */
  function from(url, byImport) {
    return byImport ? imports.get(url) : requires.get(folderOf(url));
  }

  /**
   * @param {string} url Of the module.
   * @param {boolean} byImport
   * @param {string} words
   * @param {string | null} to
   */
  function add(url, byImport, words, to) {
    const all = byImport ? imports : requires;
    const place = byImport ? url : folderOf(url);
    const ways = all.get(place) ?? new Map();
    all.set(place, ways);
    const before = ways.get(words);
    ways.set(words, before === undefined || before === to ? to : null);
  }

  /** @returns {Way[]} */
  function list() {
    return [imports, requires].flatMap((all) =>
      [...all].flatMap(([from, ways]) =>
        [...ways].map(([words, to]) => ({ byImport: all === imports, from, words, to })),
      ),
    );
  }

  function clear() {
    imports.clear();
    requires.clear();
  }

  return { from, add, list, clear };
}

/** @param {string} url */
export function folderOf(url) {
  return url.slice(0, url.lastIndexOf('/') + 1);
}
