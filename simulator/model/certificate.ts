import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

const DAY_MS = 86_400_000;

/** A key with its self-signed certificate, and where the certificate lies for others to trust it. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
  /** A PEM file; set `NODE_EXTRA_CA_CERTS` to it in the process that connects. */
  readonly certPath: string;
}

/** Makes a certificate for localhost, 127.0.0.1 and ::1, good for 30 days, in a folder for temporary files. */
export async function makeCertificate(): Promise<Certificate> {
  const now = Date.now();
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now - DAY_MS),
    notAfterDate: new Date(now + 30 * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      {
        name: 'keyUsage',
        digitalSignature: true,
        keyEncipherment: true,
        keyCertSign: true,
        critical: true,
      },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
          { type: 7, ip: '::1' },
        ],
      },
    ],
  });
  const certPath = join(await mkdtemp(join(tmpdir(), 'realtime-model-')), 'certificate.pem');
  await writeFile(certPath, pems.cert);
  return { key: pems.private, cert: pems.cert, certPath };
}
