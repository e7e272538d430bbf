/** Why the program does not start: one line for the user, and the exit code. */
export class StartRefused extends Error {
  override name = 'StartRefused';
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
