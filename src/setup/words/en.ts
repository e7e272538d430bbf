import type { DoctorWords, SetupWords, Words } from './words.ts';

const PAGE = 'Binance → API Management → Edit restrictions';

const doctor: DoctorWords = {
  ok: 'ok  ',
  fail: 'FAIL',
  colon: ': ',
  environment: 'environment',
  config: 'config',
  configDetail: (path, channels) => `${path}, ${channels} signal channel(s)`,
  configFix: 'npm run setup writes one; or copy config.example.yaml and put in your ids',
  store: 'store',
  storeMissing: (url) => `${url} does not exist yet and will be made`,
  storeInUse: (url) => `${url} is in use: the bot is running`,
  storeWhole: (path, openTrades) => `${path} is whole: ${openTrades} open trades`,
  storeOlder: (format, next) => `, format ${format}: the next start brings it to ${next}`,
  binance: (market) => (market === null ? 'binance' : `binance, ${market === 'usdm' ? 'futures' : 'spot'}`),
  paper: 'paper trading on the built-in exchange',
  account: (market) => (market === 'usdm' ? 'account' : 'account, spot'),
  credits: 'margin',
  creditsMode: 'Credits Trading Mode (BNFCR), which is not supported',
  creditsFix:
    'signals are sized by the balance in USDT or USDC alone, and what is charged or paid in credits is in no result: use an account without that mode, or spot',
  mode: (hedge) => `, ${hedge ? 'hedge' : 'one-way'} mode`,
  mayTrade: (market) => (market === 'usdm' ? 'key may trade' : 'key may trade spot'),
  tradeFix: (market) => `${PAGE}: ${market === 'usdm' ? 'Enable Futures' : 'Enable Spot & Margin Trading'}`,
  mayNotWithdraw: 'key may not withdraw',
  withdrawFix: `${PAGE}: untick Enable Withdrawals`,
  mayNotTransfer: 'key may not transfer',
  transferFix: `${PAGE}: untick the transfers`,
  ipRestricted: 'key restricted to IP addresses',
  ipAdvice: `no (advised: ${PAGE}: Restrict access to trusted IPs)`,
  yes: 'yes',
  no: 'no',
  right: 'right',
  itMay: 'it may',
  clock: 'clock',
  clockDetail: (offsetMs) => `${offsetMs} ms away from Binance's`,
  clockFix: 'turn on time synchronisation (timedatectl set-ntp true)',

  token: 'token',
  tokenOf: (application) => `of ${application}`,
  tokenRefused: 'Discord does not accept it',
  tokenFix:
    'https://discord.com/developers/applications → your application → Bot → Reset Token, then DISCORD_TOKEN',
  networkFix: 'check the network',
  intent: 'message content intent',
  on: 'on',
  intentOff: 'off: every message would arrive empty',
  intentFix: (page) => `${page} → Privileged Gateway Intents → Message Content Intent`,
  guild: 'guild',
  notInGuild: (id) => `the bot is not in ${id}`,
  inviteFix: (link) => `let it in: ${link}`,
  channelFor: (use) => `channel for ${use}`,
  lacks: (channel, permissions) => `${channel} lacks ${permissions}`,
  channelFix: (link) =>
    `channel settings → Permissions → add the bot and allow them (for every channel at once: ${link})`,
  idFix: (link) =>
    `check the id in the config; channel settings → Permissions → add the bot and allow View Channel (${link})`,
};

const setup: SetupWords = {
  title:
    'Setting Signalbox up. Nothing is written before the last question; Ctrl-C ends it at any time. [ ] holds what Enter takes.',
  yesNo: 'y/n',
  isYes: /^y(es)?$/i,
  isNo: /^no?$/i,
  again: 'That was not one of the answers.',
  notANumber: (highest) => `Please give a number from 1 to ${highest}.`,
  required: 'There has to be an answer.',
  envExists: (path) => `${path} exists: its other lines stay, and a copy of it is kept.`,
  configExists: (path) => `${path} exists. What shall become of it?`,
  keepConfig: 'It stays as it is',
  newConfig: 'A new one takes its place, and a copy of it is kept',
  environmentWins: (name) =>
    `${name} is set in the environment, which wins over .env: what is there is used.`,

  tokenWhere:
    "\nDiscord\n  The bot's token: https://discord.com/developers/applications → New Application → Bot → Reset Token.",
  keepToken: 'There is a token already. Keep it?',
  token: '  Token (nothing is shown while you paste it):',
  tokenRefused: '  Discord does not accept this token. Reset Token on the same page makes a new one.',
  silent: (reason) => `  Discord does not answer (${reason}).`,
  pressEnter: '  Enter tries again:',
  isBot: (name) => `  The bot is ${name}.`,
  intentOff: (page) =>
    `  The Message Content Intent is off: every message would arrive empty.\n  It is at ${page} → Privileged Gateway Intents.`,
  switchOn: '  Switch it on now?',
  intentOn: '  The Message Content Intent is on.',
  intentStill: (page) =>
    `  It is still off. Switch on Message Content Intent at ${page} → Privileged Gateway Intents, and save.`,
  invite: (link) =>
    `\n  Let the bot into your server with this link. It asks for the permissions that are needed, and no other:\n  ${link}`,
  inviteNobody: '  The bot is in no server yet.',
  invited: '  Enter once it is in:',
  guild: '  Which server?',
  inGuild: (name) => `  The server is ${name}.`,

  channels: '\nChannels',
  noChannels:
    '  The bot sees no channel there. Make one, or let it see one (channel settings → Permissions).',
  trades: '  Where shall the bot ask, and tell of trades? (a number; Enter reads the list again)',
  signals: '  In which channels are signals? (numbers, with commas; Enter reads the list again)',
  ownTrades: '  That is where the bot itself writes: choose another one.',
  authors: (channel) => `  Who is heard in #${channel}? Nobody else is. Lately wrote there:`,
  wrote: (kind, messages) => `${kind}, ${messages} of the newest 100`,
  authorsNobody: '    (nobody that the bot can read)',
  authorsAsk: '  Numbers from the list, or ids (Developer Mode → right-click → Copy User ID), with commas:',
  notAnId: (text) => `  ${text} is neither a number of the list nor an id of 17 to 20 digits.`,
  noSuchUser: (id) =>
    `  Discord knows no user ${id}. (A webhook writes under its own id: choose it from the list once it has written.)`,
  mode: (channel) => `  What happens to a signal in #${channel}?`,
  modes: {
    confirm: 'confirm: the bot asks, you click',
    auto: 'auto: it trades at once, within your limits',
    observe: 'observe: it only says what it would do',
  },
  market: (channel) => `  Which market are the signals of #${channel} for?`,
  markets: { usdm: 'USDⓈ-M futures', spot: 'spot' },
  ownedBy: (name, id) => `  The bot is of ${name} (${id}).`,
  operators:
    '  Who may give commands and press buttons, and is told of trades by direct message? (user ids, with commas)',
  timezone: '  Time zone: a day, and its loss limit, ends at midnight there',
  riskPerTradePct: '  What may one trade lose, in % of equity?',
  lacking: '  The bot lacks something there:',
  goOn: '  Enter looks again, - goes on without:',

  environment: '\nBinance\n  Where shall it trade?',
  environments: {
    paper: 'paper: the built-in exchange, invented money, no key',
    testnet: "testnet: Binance's test network",
    demo: "demo: Binance's demo trading",
    live: 'live: real money',
  },
  liveWord: '  Real money. Type live to go on, anything else chooses again:',
  keysWhere: {
    testnet: '  Keys: https://testnet.binancefuture.com → API Key (spot: https://testnet.binance.vision)',
    demo: '  Keys: https://demo.binance.com → API Management',
    live: '  Keys: Binance → API Management. Allow futures or spot, whichever you trade; neither withdrawals nor transfers; restrict it to the IP address of this machine.',
  },
  keepKey: 'There is an API key already. Keep it?',
  apiKey: '  API key (nothing is shown):',
  apiSecret: '  Its secret, or its private key in PEM form (nothing is shown):',
  notForEnv: 'It holds characters that no key has, and .env cannot carry.',
  keyWrong: '  This key does not do. Another one, please.',
  keyDoesNotDo: '  So it cannot trade. Enter looks again once you have changed it, - takes another key:',

  configHeading: `# Written by npm run setup; docs/reference.md explains every key. Saved changes take effect within 3 s,
# and a file with a mistake changes nothing.
`,
  willWrite: (files) => `\nEverything is known. To be written: ${files.join(', ')}.`,
  write: 'Write?',
  nothingWritten: '\nNothing was written.',
  written: (path) => `${path} is written.`,
  kept: (path) => `What was there is kept as ${path}.`,
  cannotWrite: (reason) => `Nothing was written: ${reason}`,
  checking: '\nLooking at all of it once more:',
  ready:
    '\nAll is well. Start it with: npm start\nWhere systemd runs it: sudo systemctl restart signalbox. In Docker: docker compose up -d --force-recreate',
  notYet:
    '\nOnce that is mended, look again with: npm run doctor (where systemd or Docker runs it: docs/deploy.md)',
};

export const en: Words = { name: 'English', doctor, setup };
