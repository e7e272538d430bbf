/** Why the store cannot be used, or not be copied and put back, by code, with what the words name. */
export interface StoreFaults {
  in_use: { name: string };
  other_environment: { name: string; bound: string; now: string };
  other_account: { name: string; bound: string; now: string };
  too_new: { name: string; found: number; known: number; copy: string };
  package_missing: { name: string; version: string };
  not_durable: { name: string; why: Forgetful };
  pooled: { name: string };
  unreachable: { name: string; why: string; untrusted: boolean };
  corrupt: { name: string };
  unusable: { name: string; why: string };
  misplaced: { name: string; why: Misplaced };
  unreadable_record: { record: string; why: string };

  no_store: { name: string };
  file_exists: { file: string };
  no_file: { file: string };
  is_folder: { file: string; example: string };
  not_readable: { file: string; why: string };
  not_writable: { file: string; why: string };
  is_store: { file: string };
  backup_too_new: { file: string; found: number; known: number };
  backup_damaged: { file: string; why: string };
  backup_of_other: { file: string; of: Owner; running: Owner };
  restore_under_way: { name: string };
  restore_unanswered: { name: string };
  restore_not_taken_up: { name: string; seconds: number };
  restore_forgotten: object;
  restore_unreadable: object;
  /** Said by the bot that runs, in either language. */
  restore_refused: { why: Refusal };
}

export interface Owner {
  environment: string;
  uid: string;
}

export interface Refusal {
  en: string;
  'zh-CN': string;
}

export type StoreFault = {
  [Code in keyof StoreFaults]: { code: Code } & StoreFaults[Code];
}[keyof StoreFaults];

/** What is there in a store's place. `no_file`: a device, a socket or the like; `foreign`: a file of something else. */
export type Misplaced = 'folder' | 'below_file' | 'no_file' | 'foreign';

/** Why a server would lose what it has confirmed. `off`: settings joined by "and". */
export type Forgetful =
  | { code: 'off'; settings: string }
  | { code: 'setting'; setting: string; is: string | null; needed: string }
  | { code: 'unsaid' }
  | { code: 'evicts' };
