// The tokens that `flowg login` keeps: one a server, in a file that only its owner may read
// ($XDG_CONFIG_HOME/flowg/logins.json, else ~/.config; XDG Base Directory Specification).

import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, isAbsolute, join } from "node:path";
import { CliError } from "./failure.js";
import { fileFault } from "./file-fault.js";

export interface Login {
  username: string;
  token: string;
}

/** By URL. */
type Logins = Record<string, Login>;

export function loginsPath(env = process.env): string {
  const config = env.XDG_CONFIG_HOME;
  // a relative path in it is to be ignored, says the specification
  const base = config && isAbsolute(config) ? config : join(env.HOME || homedir(), ".config");
  return join(base, "flowg", "logins.json");
}

export async function storedLogin(url: string): Promise<Login | undefined> {
  const logins = await read();
  return Object.hasOwn(logins, url) ? logins[url] : undefined;
}

/** @returns the file it is kept in */
export async function storeLogin(url: string, login: Login): Promise<string> {
  return await write({ ...(await read()), [url]: login });
}

/** @returns whether there was one */
export async function forgetLogin(url: string): Promise<boolean> {
  const { [url]: login, ...others } = await read();
  if (login !== undefined) await write(others);
  return login !== undefined;
}

async function read(): Promise<Logins> {
  const path = loginsPath();
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

/** As a whole, under another name first: a login must not cost the others. */
async function write(logins: Logins): Promise<string> {
  const path = loginsPath();
  const staged = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    {
      await using file = await open(staged, "wx", 0o600);
      await file.writeFile(`${JSON.stringify(logins, null, 2)}\n`);
      await file.sync();
    }
    await rename(staged, path);
    return path;
  } catch (error) {
    await rm(staged, { force: true });
    throw fileFault(error, "write", path);
  }
}
