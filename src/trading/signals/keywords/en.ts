import { closing } from './en/closing.ts';
import { entryLabels } from './en/entry-labels.ts';
import { exitLabels } from './en/exit-labels.ts';
import { filler } from './en/filler.ts';
import { managing } from './en/managing.ts';
import { publishing } from './en/publishing.ts';
import { reasons } from './en/reasons.ts';
import { sides } from './en/sides.ts';
import { values } from './en/values.ts';
import type { KeywordTable } from './table.ts';

export const en: KeywordTable = {
  words: {
    ...sides,
    ...entryLabels,
    ...exitLabels,
    ...values,
    ...closing,
    ...managing,
    ...reasons,
    ...publishing,
    ...filler,
  },
  fractions: {
    half: '0.5',
    halve: '0.5',
    'a half': '0.5',
    'one half': '0.5',
    '1/2': '0.5',
    third: '0.3333',
    'a third': '0.3333',
    'one third': '0.3333',
    '1/3': '0.3333',
    'two thirds': '0.6667',
    '2/3': '0.6667',
    quarter: '0.25',
    'a quarter': '0.25',
    'one quarter': '0.25',
    '1/4': '0.25',
    'three quarters': '0.75',
    '3/4': '0.75',
    'a fifth': '0.2',
    'one fifth': '0.2',
    '1/5': '0.2',
    most: '0.75',
  },
  coins: {
    bitcoin: 'BTC',
    ethereum: 'ETH',
    ether: 'ETH',
    solana: 'SOL',
    dogecoin: 'DOGE',
    ripple: 'XRP',
    cardano: 'ADA',
    litecoin: 'LTC',
    polkadot: 'DOT',
    avalanche: 'AVAX',
    chainlink: 'LINK',
    'shiba inu': 'SHIB',
    toncoin: 'TON',
    tron: 'TRX',
    uniswap: 'UNI',
    polygon: 'POL',
    aptos: 'APT',
    arbitrum: 'ARB',
    optimism: 'OP',
    pepecoin: 'PEPE',
    binancecoin: 'BNB',
    'bitcoin cash': 'BCH',
    'ethereum classic': 'ETC',
    injective: 'INJ',
    celestia: 'TIA',
    filecoin: 'FIL',
    algorand: 'ALGO',
    hedera: 'HBAR',
    monero: 'XMR',
    worldcoin: 'WLD',
    ethena: 'ENA',
    starknet: 'STRK',
    dogwifhat: 'WIF',
    zcash: 'ZEC',
    'internet computer': 'ICP',
  },
};
