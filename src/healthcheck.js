// Ends with 0 when the bot that runs here says that it is ready: for Docker, whose images have no curl.
// Plain JavaScript: it runs twice a minute, and the type stripper alone takes longer than the question.
try {
  process.loadEnvFile();
} catch {
  // No .env: everything is in the environment, or as it is by default.
}
const port = Number(process.env.WEB_PORT || 8787);
if (port === 0) console.log('WEB_PORT=0: there is nothing to ask');
else {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`, { signal: AbortSignal.timeout(4_000) });
    console.log(answer.status, (await answer.text()).slice(0, 500));
    process.exitCode = answer.ok ? 0 : 1;
  } catch (error) {
    console.log(String(error));
    process.exitCode = 1;
  }
}
