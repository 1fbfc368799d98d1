// Reads and checks the certificate and key of a listener, and reads them again when their files change, so that a renewal needs
// no restart.

import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import { FlowgError } from "../platform/errors.js";
import { reasonOf } from "../platform/files/file-error.js";

/** PEM files. */
export interface TlsFiles {
  cert: string;
  key: string;
  /** Opens an encrypted key. */
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

/** PKCS 8 says it in its first line (RFC 7468 section 11), the older form in a header (RFC 1421 section 4.6.1.1). */
const isEncrypted = (key: Buffer): boolean =>
  /-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(key.toString("latin1"));

function unusable({ cert, key, passphrase }: TlsFiles, cause: unknown): FlowgError {
  const { code = "", message } = cause as NodeJS.ErrnoException;
  // OpenSSL gives these codes for a wrong passphrase
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

/** @throws FILE_UNAVAILABLE */
export async function readPem(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FlowgError("FILE_UNAVAILABLE", `cannot read ${path}: ${reasonOf(cause)}`, {
      cause,
    });
  }
}

export interface Renewal {
  /** Looks at the files now, for SIGHUP. */
  look(): Promise<void>;
  stop(): void;
}

export interface RenewalOptions {
  first: TlsMaterial;
  /** Begins to use a new pair. */
  use: (material: TlsMaterial) => void;
  /**
   * Called once when the files become unusable, and again only after they were usable in between. The old pair stays in use.
   */
  onFault: (error: unknown) => void;
}

/** Milliseconds between two looks. It reads the files, because dates can't be trusted: links change and clocks go back. */
const LOOK_MS = 1_000;
/** This many failures in a row are normal, since a renewal writes two files one after the other. */
const FAILURES_UNTOLD = 10;

/** Watches the files of a certificate and key; `first` is in use now. */
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
