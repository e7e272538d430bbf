import { storeFaultText } from './fault-words.ts';
import type { Forgetful, Misplaced, StoreFault } from './faults.ts';

/**
 * Why the store cannot be used: known by its `fault`, which `storeFaultText` tells in either language. The message is
 * that line in English, for logs; `exitCode` is for whoever starts.
 */
export abstract class StoreRefusal extends Error {
  abstract readonly exitCode: number;
  readonly fault: StoreFault;

  constructor(fault: StoreFault, options?: ErrorOptions) {
    super(storeFaultText(fault, 'en'), options);
    this.fault = fault;
  }
}

/** Another process has the store open. */
export class StoreInUse extends StoreRefusal {
  override name = 'StoreInUse';
  readonly exitCode = 1;

  constructor(name: string) {
    super({ code: 'in_use', name });
  }
}

/** The store belongs to another environment or account. */
export class StoreMismatch extends StoreRefusal {
  override name = 'StoreMismatch';
  readonly exitCode = 2;
}

/** The store was written by a later version of the program. */
export class StoreTooNew extends StoreRefusal {
  override name = 'StoreTooNew';
  readonly exitCode = 2;

  /** `copy`: where the update has left the store as it was. */
  constructor(name: string, found: number, known: number, copy: string) {
    super({ code: 'too_new', name, found, known, copy });
  }
}

/** What connects to a server is installed by those alone who have one. */
export class StorePackageMissing extends StoreRefusal {
  override name = 'StorePackageMissing';
  readonly exitCode = 2;

  constructor(name: string, version: string) {
    super({ code: 'package_missing', name, version });
  }
}

/** A server that would not keep what it has confirmed. */
export class StoreNotDurable extends StoreRefusal {
  override name = 'StoreNotDurable';
  readonly exitCode = 2;

  constructor(name: string, why: Forgetful) {
    super({ code: 'not_durable', name, why });
  }
}

/** What is connected to gives a connection to others between two transactions, and a lock with it. */
export class StorePooled extends StoreRefusal {
  override name = 'StorePooled';
  readonly exitCode = 2;

  constructor(name: string) {
    super({ code: 'pooled', name });
  }
}

/** The server cannot be reached, or does not let us in. */
export class StoreUnreachable extends StoreRefusal {
  override name = 'StoreUnreachable';
  readonly exitCode = 1;

  constructor(name: string, cause: unknown) {
    super({ code: 'unreachable', name, why: wordsOf(cause), untrusted: isUntrusted(cause) }, { cause });
  }
}

/** Another program has the store now, or the server has forgotten what it had confirmed: what we know is not it. */
export class StoreLost extends Error {
  override name = 'StoreLost';
}

/** Nothing can be backed up to, or restored from, what was named. */
export class BackupUnusable extends StoreRefusal {
  override name = 'BackupUnusable';
  readonly exitCode = 1;
}

/** The file is no database, or a damaged one. */
export class StoreCorrupt extends StoreRefusal {
  override name = 'StoreCorrupt';
  readonly exitCode = 1;

  constructor(name: string, cause: unknown) {
    super({ code: 'corrupt', name }, { cause });
  }
}

/** The file or its folder cannot be opened or written. */
export class StoreUnusable extends StoreRefusal {
  override name = 'StoreUnusable';
  readonly exitCode = 1;

  constructor(name: string, cause: unknown) {
    super({ code: 'unusable', name, why: cause instanceof Error ? cause.message : String(cause) }, { cause });
  }
}

/** Where the store is said to be there can be none. */
export class StoreMisplaced extends StoreRefusal {
  override name = 'StoreMisplaced';
  readonly exitCode = 2;

  constructor(name: string, why: Misplaced) {
    super({ code: 'misplaced', name, why });
  }
}

/** A row that is not what its collection holds. */
export class UnreadableRecord extends StoreRefusal {
  override name = 'UnreadableRecord';
  readonly exitCode = 1;

  constructor(collection: string, key: string, why: string) {
    super({ code: 'unreadable_record', record: `${collection}/${key}`, why });
  }
}

/** A failed connection is sometimes one error for each address that was tried. */
function wordsOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(wordsOf).join(', ');
  if (!(cause instanceof Error)) return String(cause);
  const said = cause.message || cause.name;
  return isUntrusted(cause) ? said.replace(/;.*/s, '') : said;
}

/** Nobody that we trust vouches for the server's certificate. */
function isUntrusted(cause: unknown): boolean {
  if (cause instanceof AggregateError) return cause.errors.some(isUntrusted);
  return cause instanceof Error && 'code' in cause && UNKNOWN_AUTHORITY.has(String(cause.code));
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
