// Keeps the tokens of `flowg login`: one for each server, in a file that only its owner may read
// ($XDG_CONFIG_HOME/flowg/logins.json, or else below ~/.config).

import { randomBytes } from "node:crypto";
import { open, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { FileError } from "../sdk/errors.js";
import { makeDirectory, StagedFile, sweepStaged } from "../sdk/node/staged-file.js";
import { configHome } from "../server/platform/files/config-home.js";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";

export interface Login {
  username: string;
  token: string;
}

/** Logins by URL. */
type Logins = Record<string, Login>;

/** Undefined for a user without a home. */
export function loginsPath(env = process.env): string | undefined {
  const home = configHome(env);
  return home === undefined ? undefined : join(home, "logins.json");
}

export async function storedLogin(url: string): Promise<Login | undefined> {
  const logins = await read();
  return Object.hasOwn(logins, url) ? logins[url] : undefined;
}

/** All logins, by URL. */
export const storedLogins = (): Promise<Logins> => read();

/** @returns the path of the file */
export async function storeLogin(url: string, login: Login): Promise<string> {
  return await change((logins) => ({ ...logins, [url]: login }));
}

/** @returns whether there was a login */
export async function forgetLogin(url: string): Promise<boolean> {
  if ((await storedLogin(url)) === undefined) return false;
  await change(({ [url]: _, ...others }) => others);
  return true;
}

async function read(): Promise<Logins> {
  const path = loginsPath();
  if (path === undefined) return {};
  try {
    return JSON.parse(await readFile(path, "utf8")) as Logins;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    const hint = "repair or remove it, and log in again";
    throw new CliError(
      "FILE_UNAVAILABLE",
      `cannot read ${path}: ${(error as Error).message}`,
      hint,
    );
  }
}

/**
 * Changes the file as a whole, through a staged file, so that a failure doesn't cost the other logins. It uses the SDK's staged
 * files, since the server's need native code.
 */
async function change(by: (logins: Logins) => Logins): Promise<string> {
  const path = loginsPath();
  if (path === undefined) {
    throw new CliError(
      "FILE_UNAVAILABLE",
      "there is no place to keep a login: this user has no home directory",
      "set HOME or XDG_CONFIG_HOME, or use a token: --token-file, FLOWG_TOKEN",
    );
  }
  try {
    await makeDirectory(dirname(path));
    await using _ = await locked(`${path}.lock`);
    await sweepStaged(dirname(path));
    const text = `${JSON.stringify(by(await read()), null, 2)}\n`;
    await using file = await StagedFile.create(path);
    await file.write(Buffer.from(text));
    await file.flush();
    await file.publish();
    return path;
  } catch (error) {
    if (error instanceof CliError) throw error;
    throw fileFault(error instanceof FileError ? (error.cause ?? error) : error, "write", path);
  }
}

/** A change takes milliseconds. A lock that is older than this was left by a killed program. */
const STALE_LOCK_MS = 5_000;
/** Longer than another program needs from finding a stale lock to putting its own in its place. */
const TAKEOVER_MS = 250;

/** Keeps other programs from changing the file between reading and writing it. */
async function locked(path: string): Promise<AsyncDisposable> {
  while (!(await placed(path))) await setTimeout(10 + Math.random() * 20);
  return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
}

/** Makes the lock file, unless another one may be in use. */
async function placed(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx", 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const found = await stat(path).catch(() => undefined);
  if (!found || Date.now() - found.mtimeMs < STALE_LOCK_MS) return false;
  // several programs may find it stale; the last one that puts its own there gets the lock
  const own = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  await using file = await open(own, "wx", 0o600);
  const { ino } = await file.stat();
  await rename(own, path);
  await setTimeout(TAKEOVER_MS);
  return (await stat(path).catch(() => undefined))?.ino === ino;
}
