/** Loaded into the bot (`node --import`): a bug that strikes on SIGUSR2 and carries secrets in its message. */
process.on('SIGUSR2', () => {
  const { BINANCE_API_KEY, BINANCE_API_SECRET, DISCORD_TOKEN } = process.env;
  void Promise.reject(new Error(`with ${BINANCE_API_KEY}, ${BINANCE_API_SECRET} and ${DISCORD_TOKEN}`));
});
