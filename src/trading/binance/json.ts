// Order ids of USDⓈ-M go beyond 2^53 (8389765519993908929): as numbers they would be rounded, and a rounded id
// finds no order. An unquoted integer of 16 digits or more becomes a string before parsing.
const LONG_INTEGER = /(":\s*)(-?\d{16,})(?=\s*[,}\]])/g;

/** @throws SyntaxError where the text is not JSON. */
export function parseExact(text: string): unknown {
  return JSON.parse(text.replace(LONG_INTEGER, '$1"$2"'));
}
