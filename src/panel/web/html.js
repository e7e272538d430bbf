import htm from 'htm';
import { h } from 'preact';

export { render } from 'preact';
export { useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/** JSX without a build step: html`<${Part} name=${value}>…</>`. Values are text, never markup. */
export const html = htm.bind(h);
