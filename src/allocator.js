/**
 * How glibc is to keep the memory that it hands out: in one place for all threads, and back to the system as soon as
 * 128 kB of it are free. It reads that when a program begins and never again
 * (https://man7.org/linux/man-pages/man3/mallopt.3.html). The figures are in docs/performance.md.
 */
export const LEAN_ALLOCATOR = { MALLOC_ARENA_MAX: '1', MALLOC_TRIM_THRESHOLD_: '131072' };

/**
 * Begins the program anew under the same process id, 25 ms of work, unless whoever started it has said how memory is
 * to be kept. Not where a parent talks to it: that connection would be lost.
 * @param {Pick<NodeJS.Process, 'env' | 'platform' | 'execve' | 'execPath' | 'execArgv' | 'argv' | 'channel'>} self
 */
export function beginLean(self = process) {
  const { env, platform, execPath, execArgv, argv } = self;
  if (platform !== 'linux' || self.execve === undefined || self.channel) return;
  if (Object.keys(LEAN_ALLOCATOR).some((name) => env[name] !== undefined)) return;
  self.execve(execPath, [execPath, ...execArgv, ...argv.slice(1)], { ...env, ...LEAN_ALLOCATOR });
}
