// Ahead of the first paint, so that a light page does not flash dark. A classic script: modules come too late.
try {
  document.documentElement.dataset.theme = localStorage.getItem('theme') === 'light' ? 'light' : 'dark';
} catch {
  // Storage is switched off: dark.
}
