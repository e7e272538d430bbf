// Plain JavaScript on purpose: an old Node must be able to read this file to say that it is too old.
const needed = 24;
if (Number(process.versions.node.split('.')[0]) < needed) {
  console.error(`Signalbox needs Node ${needed} or later; this is ${process.version}.`);
  process.exit(2);
}
const [, , word] = process.argv;
if (word !== '--check') {
  // What runs for long; the other commands are over before it would matter.
  if (word === undefined || word === 'run') {
    (await import('./allocator.js')).beginLean();
    (await import('./early-end.js')).endBySignal();
  }
  await import('./runtime.js');
  await import('./main.ts');
}
