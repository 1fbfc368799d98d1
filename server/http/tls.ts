// The certificate and key of a listener: read, looked at with words for what is wrong, and read again when their
// files change, so that a renewal needs no restart.

import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { FlowgError } from "../platform/errors.js";
import { reasonOf } from "../platform/files/file-error.js";

/** PEM files. */
export interface TlsFiles {
  cert: string;
  key: string;
  /** Opens the key, where one is needed. */
  passphrase?: string | undefined;
}

/** Node's TLS servers take this. */
export interface TlsMaterial {
  cert: Buffer;
  key: Buffer;
  passphrase?: string;
}

/** @throws FILE_UNAVAILABLE */
export async function readTls(files: TlsFiles): Promise<TlsMaterial> {
  const { passphrase } = files;
  const [cert, key] = [await readPem(files.cert), await readPem(files.key)];
  if (!passphrase && isEncrypted(key)) {
    throw new FlowgError("FILE_UNAVAILABLE", `the key ${files.key} is protected by a passphrase`, {
      hint:
        "write the passphrase to a file and name it in FLOWG_HTTP_TLS_KEY_PASSPHRASE_FILE " +
        "(FLOWG_MGMT_TLS_KEY_PASSPHRASE_FILE for /health and /metrics, FLOWG_SYSLOG_TLS_KEY_PASSPHRASE_FILE for syslog), or take it off with `openssl pkey`",
    });
  }
  const material = { cert, key, ...(passphrase && isEncrypted(key) ? { passphrase } : {}) };
  try {
    createSecureContext(material);
  } catch (cause) {
    throw unusable(files, cause);
  }
  return material;
}

/** PKCS 8 says so in its first line (RFC 7468 section 11), the older form in a header (RFC 1421 section 4.6.1.1). */
const isEncrypted = (key: Buffer): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key.toString("latin1"));

function unusable({ cert, key, passphrase }: TlsFiles, cause: unknown): FlowgError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  // what OpenSSL says when a passphrase gives nothing that looks like a key
  const isWrongPassphrase = passphrase && /BAD_DECRYPT|BAD_PASSWORD|INTERRUPTED/i.test(code);
  if (isWrongPassphrase) {
    return new FlowgError("FILE_UNAVAILABLE", `the passphrase does not open the key ${key}`, {
      cause,
      hint: "give the passphrase of this very key",
    });
  }
  const why = /KEY_VALUES_MISMATCH/.test(code) ? "the key belongs to another certificate" : message;
  return new FlowgError(
    "FILE_UNAVAILABLE",
    `cannot use ${cert} and ${key} as a certificate and its key: ${why}`,
    { cause, hint: "give PEM files that belong together" },
  );
}

async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FlowgError("FILE_UNAVAILABLE", `cannot read ${path}: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

export interface Renewal {
  /** Looks now, as SIGHUP asks for. */
  look(): Promise<void>;
  stop(): void;
}

export interface RenewalOptions {
  first: TlsMaterial;
  /** Takes a new pair up. */
  use: (material: TlsMaterial) => void;
  /** Called once when files become unusable, and again after they could be used meanwhile. The old pair stays in use. */
  onFault: (error: unknown) => void;
}

/** Two small files, mostly in the page cache. Their dates tell less: links are turned, and clocks go back. */
const LOOK_MS = 1_000;
/** A renewal writes two files: they may not belong together for a moment. */
const FAILURES_UNTOLD = 10;

/** Takes up a certificate and key whose files change; `first` is what is in use. */
export function renew(files: TlsFiles, { first, use, onFault }: RenewalOptions): Renewal {
  let used = first;
  let failures = 0;
  const lookOnce = async (isAsked: boolean) => {
    try {
      const found = await readTls(files);
      failures = 0;
      if (isSame(found, used)) return;
      use(found);
      used = found;
    } catch (error) {
      failures++;
      if (isAsked || failures === FAILURES_UNTOLD) onFault(error);
    }
  };
  let looking = Promise.resolve();
  const look = (isAsked: boolean) => {
    looking = looking.then(() => lookOnce(isAsked));
    return looking;
  };
  const timer = setInterval(() => void look(false), LOOK_MS).unref();
  return { look: () => look(true), stop: () => clearInterval(timer) };
}

const isSame = (a: TlsMaterial, b: TlsMaterial): boolean =>
  a.cert.equals(b.cert) && a.key.equals(b.key);
