import sqlite3, { type Database, type Statement } from 'sqlite3';
import { WHOLE } from './writer.ts';

/** As the driver calls back: https://github.com/TryGhost/node-sqlite3/wiki/API */
type Rows = (error: Error | null, rows?: unknown[]) => void;

/** Each table is read and written by a handful of statements. */
const KEPT = 128;

/**
 * Has every connection that is made from now on keep its statements prepared, also those of `@keyv/sqlite`, which
 * gives no way to its own: it makes them from the driver's `Database`, whose place this takes.
 *
 * To end a statement takes the connection's lock on the main thread, and the statement that has begun by then holds
 * that lock until the disk has answered: the whole program would wait for it.
 */
export function keepStatementsPrepared(): void {
  sqlite3.Database = class extends sqlite3.Database {
    constructor(...parameters: ConstructorParameters<typeof sqlite3.Database>) {
      super(...parameters);
      Object.assign(this, kept(this));
    }
  };
}

/** `all` and `close` of a connection, in the form with a callback. */
function kept(database: Database) {
  /** By their text; what was used last comes last. */
  const statements = new Map<string, Statement>();
  /** Not kept any more; they end when nothing runs that could hold the lock. */
  const surplus = new Set<Statement>();
  const close = database.close.bind(database);
  let running = 0;
  let isClosed = false;

  function statementOf(sql: string): Statement {
    // One that cannot be prepared says so to whoever asks it, too.
    const statement = statements.get(sql) ?? database.prepare(sql, (error) => error && drop(sql, statement));
    statements.delete(sql);
    statements.set(sql, statement);
    const [oldest] = statements;
    if (oldest && statements.size > KEPT) drop(...oldest);
    return statement;
  }

  function drop(sql: string, statement: Statement): void {
    if (statements.get(sql) !== statement) return;
    statements.delete(sql);
    surplus.add(statement);
  }

  function endSurplus(): void {
    for (const statement of surplus) statement.finalize(() => undefined);
    surplus.clear();
  }

  return {
    all(sql: string, ...rest: [Rows] | [parameters: unknown[], Rows]): void {
      const [parameters, done] = rest.length === 1 ? [[], rest[0]] : rest;
      // The driver would not call back.
      if (isClosed) return done(new Error('the database is closed'));
      running += 1;
      // It has no parameters, and is not said twice.
      if (sql.startsWith(WHOLE)) {
        database.exec(sql, (error: Error | null) => {
          running -= 1;
          if (error || running === 0) endSurplus();
          done(error, []);
        });
        return;
      }
      const statement = statementOf(sql);
      statement.all(parameters as never[], (error: Error | null, rows: unknown[]) => {
        running -= 1;
        // One that met a lock has not come to its end: it would keep what is written next from being committed.
        if (error) drop(sql, statement);
        if (error || running === 0) endSurplus();
        done(error, rows);
      });
    },
    close(done: (error: Error | null) => void): void {
      isClosed = true;
      for (const entry of statements) drop(...entry);
      // What they were asked for before comes first.
      endSurplus();
      close(done);
    },
  };
}
