import { Appearance } from '../web/appearance.js';
import { html, useState } from '../web/html.js';
import { ask } from '../web/server.js';
import { signedIn } from './live.js';
import { useText } from './words.js';

export function Login() {
  const t = useText();
  const [problem, setProblem] = useState('');
  const enter = async (/** @type {any} */ event) => {
    event.preventDefault();
    try {
      await ask('/api/login', { token: new FormData(event.target).get('token') });
      signedIn.set(true);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  return html`<main class="waiting">
    <form class="login" onSubmit=${enter}>
      <h1><span class="mark" aria-hidden="true"></span>${t.title}</h1>
      <div class="field">
        <label for="token">${t.login.token}</label>
        <input class="input" id="token" name="token" type="password" autocomplete="current-password" required
          aria-describedby="token-hint" />
        <small class="muted" id="token-hint">${t.login.hint}</small>
      </div>
      ${problem && html`<p class="bad" role="alert">${problem}</p>`}
      <button class="button primary" type="submit">${t.login.enter}</button>
      <${Appearance} words=${t} />
    </form>
  </main>`;
}
