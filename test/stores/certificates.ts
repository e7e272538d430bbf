import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { postgresUser } from './servers.ts';

/** A certificate that its server has signed itself, so that it is its own authority. */
export interface Certificate {
  certificate: string;
  key: string;
}

/** `name` as in `IP:127.0.0.1`. Readable for PostgreSQL, which takes no key that others could read. */
export function certificateFor(name: string): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-certificate-'));
  const [certificate, key] = [join(folder, 'server.pem'), join(folder, 'server.key')];
  const made = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  const named = ['-subj', '/CN=store', '-addext', `subjectAltName=${name}`];
  execFileSync('openssl', ['req', ...made, ...named, '-keyout', key, '-out', certificate], { stdio: 'pipe' });
  chmodSync(folder, 0o755);
  chmodSync(key, 0o600);
  const owner = postgresUser();
  if (owner) chownSync(key, owner.uid, owner.gid);
  return { certificate, key };
}
