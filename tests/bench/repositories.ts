// The repositories that are measured: directories, one encrypted and one not.

import { mkdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import {
  backupToRepositories,
  type DatabaseDirs,
  initRepository,
  type OpenedRepository,
  openRepository,
} from "../../server/core.js";
import type { RepositoryBackupReport } from "../../server/records/repository-reports.js";
import type { Places } from "./places.js";

export const ENCRYPTED = "encrypted";
/** The encrypted one of a continuous job. */
export const CONTINUOUS = "encrypted-continuous";
export const HOST = "bench";

export interface RepositoryAt {
  url: string;
  identityFile: string;
  keyFile: string;
  isEncrypted: boolean;
}

/** @param variant one that is encrypted says so */
export function repositoryAt({ repositories }: Places, variant = "open"): RepositoryAt {
  const home = join(repositories, variant);
  return {
    url: (variant === CONTINUOUS && process.env.FLOWG_BENCH_S3) || join(home, "repository"),
    identityFile: join(home, "identity"),
    keyFile: join(home, "key.json"),
    isEncrypted: variant.startsWith(ENCRYPTED),
  };
}

/** An empty one. */
export async function makeRepository(places: Places, variant?: string): Promise<RepositoryAt> {
  const at = repositoryAt(places, variant);
  const { url, identityFile, keyFile, isEncrypted } = at;
  const home = dirname(keyFile);
  await rm(home, { recursive: true, force: true });
  await mkdir(home, { recursive: true });
  const keys = isEncrypted ? { readers: { identityFile }, keyFile } : { readers: {} };
  await initRepository({ url, ...keys, unencrypted: !isEncrypted });
  return at;
}

/** Opens it as a machine that only makes backups does, or with the identity. */
export async function openedRepository(
  { url, identityFile, keyFile, isEncrypted }: RepositoryAt,
  { reads = false } = {},
): Promise<OpenedRepository> {
  const keyFiles = isEncrypted ? [keyFile] : [];
  const identityFiles = isEncrypted && reads ? [identityFile] : [];
  return await openRepository({ url, keyFiles, identityFiles });
}

export async function backUp(
  repository: OpenedRepository,
  dirs: DatabaseDirs,
): Promise<RepositoryBackupReport> {
  const keyFilePath = repository.keyFile?.path;
  const repositories = [{ repository, keyFilePath }];
  return await backupToRepositories({ dirs, tags: [], host: HOST, repositories });
}

/** Segments and manifest that a backup has stored. */
export function storedBy({ repositories: [stored] }: RepositoryBackupReport) {
  if (!stored || "failed" in stored) throw new Error("the backup has failed");
  const { newSegments: objects, newBytes, manifestBytes } = stored;
  return { objects, megabytes: (newBytes + manifestBytes) / 1e6 };
}
