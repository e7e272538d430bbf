import htm from 'htm';
import { h } from 'preact';

export { createContext, Fragment, render } from 'preact';
export { useContext, useEffect, useId, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';

/** JSX without a build step: html`<${Part} name=${value}>…</>`. Values are text, never markup. */
export const html = htm.bind(h);
