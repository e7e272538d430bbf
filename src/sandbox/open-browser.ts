import { spawn } from 'node:child_process';

interface Surroundings {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  /** Somebody looks at the output. */
  terminal: boolean;
}

/** The command that opens an address here, null where there is no desktop, or one far away. */
export function browserCommand({ platform, env, terminal }: Surroundings): string[] | null {
  const remote = env.SSH_CONNECTION || env.SSH_TTY || env.CI || env.CONTAINER || env.BROWSER === 'none';
  if (!terminal || remote) return null;
  if (platform === 'darwin') return ['open'];
  if (platform === 'win32') return ['cmd', '/c', 'start', ''];
  return env.DISPLAY || env.WAYLAND_DISPLAY ? ['xdg-open'] : null;
}

/** Opens the page where there is a desktop; where it cannot, nothing happens. */
export function openBrowser(url: string): void {
  const command = browserCommand({
    platform: process.platform,
    env: process.env,
    terminal: process.stdout.isTTY === true,
  });
  const [program, ...args] = command ?? [];
  if (program === undefined) return;
  const child = spawn(program, [...args, url], { stdio: 'ignore', detached: true });
  // The address stands in the terminal; a desktop without a browser is no fault of ours.
  child.on('error', () => {});
  child.unref();
}
