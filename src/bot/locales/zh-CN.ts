import { type Catalogue, en } from './en.ts';
export const zhCN: Catalogue = en;
