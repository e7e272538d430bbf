/** A script asked for what a person could not do in Discord's client: no such button, command or channel. */
export class ScriptError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScriptError';
  }
}
