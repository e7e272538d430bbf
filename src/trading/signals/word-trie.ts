/**
 * Words by their letters, as numbers in arrays: the 13,000 letters of the English and the Chinese keywords took 4 MB as
 * an object and a map each. A node is its index; the root is 0.
 */
export interface WordTrie<T> {
  /** The node that this UTF-16 code unit leads to. */
  next(node: number, code: number): number | undefined;
  /** Of the word that ends here. */
  value(node: number): T | undefined;
}

export function createWordTrie<T>(words: ReadonlyMap<string, T>): WordTrie<T> {
  // In the order of the words, what is below a node comes right behind it; no sibling is 0.
  const codes = [0];
  const depths = [0];
  const siblings = [0];
  const values = [words.get('')];
  /** The many first letters are found at once, later ones from sibling to sibling. */
  const firsts = new Map<number, number>();
  /** The nodes of the word before. */
  const path = [0];
  let last = '';
  for (const word of [...words.keys()].sort()) {
    let depth = 0;
    while (depth < last.length && last.charCodeAt(depth) === word.charCodeAt(depth)) depth += 1;
    const brother = path[depth + 1];
    if (brother !== undefined) siblings[brother] = codes.length;
    if (depth === 0) firsts.set(word.charCodeAt(0), codes.length);
    path.length = depth + 1;
    for (; depth < word.length; depth += 1) {
      path.push(codes.length);
      codes.push(word.charCodeAt(depth));
      depths.push(depth + 1);
      siblings.push(0);
      values.push(undefined);
    }
    values[codes.length - 1] = words.get(word);
    last = word;
  }
  const codeOf = Uint16Array.from(codes);
  const depthOf = Uint16Array.from(depths);
  const siblingOf = Uint32Array.from(siblings);

  return {
    next(node, code) {
      if (node === 0) return firsts.get(code);
      if (depthOf[node + 1] !== (depthOf[node] ?? 0) + 1) return undefined;
      let child = node + 1;
      while (codeOf[child] !== code) {
        child = siblingOf[child] ?? 0;
        if (child === 0) return undefined;
      }
      return child;
    },
    value: (node) => values[node],
  };
}
