import { labels } from './ru/labels.ts';
import { management } from './ru/management.ts';
import { reasons } from './ru/reasons.ts';
import { values } from './ru/values.ts';
import type { KeywordTable } from './table.ts';

export const ru: KeywordTable = {
  decimalComma: true,
  words: { ...labels, ...values, ...management, ...reasons },
  fractions: {
    половину: '0.5',
    половина: '0.5',
    половины: '0.5',
    пол: '0.5',
    треть: '0.3333',
    четверть: '0.25',
    'две трети': '0.6667',
    'третью часть': '0.3333',
    '1/2': '0.5',
  },
  coins: {
    биткоин: 'BTC',
    бтц: 'BTC',
    битк: 'BTC',
    биток: 'BTC',
    битка: 'BTC',
    битку: 'BTC',
    биткойн: 'BTC',
    эфир: 'ETH',
    эфириум: 'ETH',
    эфира: 'ETH',
    эфиру: 'ETH',
    солана: 'SOL',
    солану: 'SOL',
    рипл: 'XRP',
    лайткоин: 'LTC',
    додж: 'DOGE',
    доги: 'DOGE',
  },
};
