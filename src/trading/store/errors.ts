/** Why the store cannot be used. Each message is one line that says what to do; `exitCode` is for whoever starts. */

/** Another process has the store open. */
export class StoreInUse extends Error {
  override name = 'StoreInUse';
  readonly exitCode = 1;

  constructor(path: string) {
    super(
      `STORE_URL: ${path} is in use by another running instance: stop that one, or give this one its own store`,
    );
  }
}

/** The store belongs to another environment or account. */
export class StoreMismatch extends Error {
  override name = 'StoreMismatch';
  readonly exitCode = 2;
}

/** The store was written by a later version of the program. */
export class StoreTooNew extends Error {
  override name = 'StoreTooNew';
  readonly exitCode = 2;

  /** `copy`: where the update has left the store as it was. */
  constructor(name: string, found: number, known: number, copy: string) {
    super(
      `STORE_URL: ${name} was written by a newer Signalbox (format ${found}, this one knows ${known}): update, ` +
        `or restore a backup of this version (the update has kept one: ${copy})`,
    );
  }
}

/** What connects to a server is installed by those alone who have one. */
export class StorePackageMissing extends Error {
  override name = 'StorePackageMissing';
  readonly exitCode = 2;

  constructor(name: string, version: string) {
    super(
      `STORE_URL needs the package ${name}, which is not installed. In the program's folder: ` +
        `npm install --no-save --omit=dev ${name}@${version}`,
    );
  }
}

/** A server that would not keep what it has confirmed. */
export class StoreNotDurable extends Error {
  override name = 'StoreNotDurable';
  readonly exitCode = 2;

  constructor(name: string, why: string) {
    super(`STORE_URL: ${name} would lose what it has confirmed: ${why}`);
  }
}

/** What is connected to gives a connection to others between two transactions, and a lock with it. */
export class StorePooled extends Error {
  override name = 'StorePooled';
  readonly exitCode = 2;

  constructor(name: string) {
    super(
      `STORE_URL: ${name} is behind a pooler that does not keep sessions, so that no lock on the store can be kept ` +
        'either: name the address of PostgreSQL itself, or have the pooler keep them (PgBouncer: pool_mode = session)',
    );
  }
}

/** The server cannot be reached, or does not let us in. */
export class StoreUnreachable extends Error {
  override name = 'StoreUnreachable';
  readonly exitCode = 1;

  constructor(name: string, cause: unknown) {
    super(`STORE_URL: ${name} cannot be used: ${wordsOf(cause)}`, { cause });
  }
}

/** Another program has the store now, or the server has forgotten what it had confirmed: what we know is not it. */
export class StoreLost extends Error {
  override name = 'StoreLost';
}

/** Nothing can be backed up to, or restored from, what was named. */
export class BackupUnusable extends Error {
  override name = 'BackupUnusable';
  readonly exitCode = 1;
}

/** The file is no database, or a damaged one. */
export class StoreCorrupt extends Error {
  override name = 'StoreCorrupt';
  readonly exitCode = 1;

  constructor(path: string, cause: unknown) {
    super(
      `STORE_URL: ${path} is damaged or not a Signalbox store: put a backup in its place (restore FILE), or let ` +
        'it be made anew from what can be read of it and from the exchange (rebuild); positions keep their stops there',
      { cause },
    );
  }
}

/** The file or its folder cannot be opened or written. */
export class StoreUnusable extends Error {
  override name = 'StoreUnusable';
  readonly exitCode = 1;

  constructor(path: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(
      `STORE_URL: ${path} cannot be opened (${why}): check the folder's owner, its permissions and the disk`,
      {
        cause,
      },
    );
  }
}

/** A row that is not what its collection holds. */
export class UnreadableRecord extends Error {
  override name = 'UnreadableRecord';
  readonly exitCode = 1;

  constructor(collection: string, key: string, why: string) {
    super(
      `the store's record ${collection}/${key} is not readable: ${why}. Put a backup in the store's place ` +
        '(restore FILE), or have the store made anew from what can be read (rebuild)',
    );
  }
}

/** A failed connection is sometimes one error for each address that was tried. */
function wordsOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(wordsOf).join(', ');
  if (!(cause instanceof Error)) return String(cause);
  const said = cause.message || cause.name;
  return 'code' in cause && UNKNOWN_AUTHORITY.has(String(cause.code))
    ? `${said.replace(/;.*/s, '')} (add sslrootcert=/path/ca.pem to the address: the file with the certificate that vouches for the server's)`
    : said;
}

/** https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const UNKNOWN_AUTHORITY: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);
