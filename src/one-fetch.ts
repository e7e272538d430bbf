import { FormData, fetch, Headers, Request, Response } from 'undici';

/**
 * `fetch` and what belongs to it, for the whole process, from the undici that discord.js brings along. Node has a copy
 * of its own, which it loads as soon as anyone looks at one of these names: discord.js and axios do as they load, so
 * this comes before them; and so does every `import` of `node:http`, which reads all that it exports
 * (https://nodejs.org/api/http.html#class-websocket), so that what runs with the bot takes `process.getBuiltinModule`
 * for it. The figures are in docs/performance.md.
 */
Object.assign(globalThis, { fetch, FormData, Headers, Request, Response });
