// `flowg serve` as a process of its own, with one user who has the scopes that the measurement needs.

import type { ChildProcess } from "node:child_process";
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { DatabaseDirs } from "../../server/core.js";
import { ended, start, watchMemory } from "./children.js";
import { makeUsers, tokenText } from "./databases.js";

/** The program of the same build. */
export const FLOWG = fileURLToPath(new URL("../../cli/main.js", import.meta.url));
export const AUTHORIZATION = `Bearer pat:${tokenText(0)}`;

export interface Server extends AsyncDisposable {
  url: string;
  managementUrl: string;
  /** The process whose child is the server. */
  pid: number | undefined;
  /** Peak of its anonymous memory until now, MB. */
  memory(): number;
}

/**
 * @param dirs its auth and config are made anew
 * @param flags what it is started with besides directories and addresses
 * @param env variables beside PATH
 */
export async function startServer(
  dirs: DatabaseDirs,
  flags: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Server> {
  await rm(dirs.auth, { recursive: true, force: true });
  await rm(dirs.config, { recursive: true, force: true });
  await makeUsers(dirs.auth, { users: 1, tokensEach: 1 });
  const words = [
    FLOWG,
    "serve",
    "--auth-dir",
    dirs.auth,
    "--config-dir",
    dirs.config,
    "--log-dir",
    dirs.logs,
    "--http-bind",
    "127.0.0.1:0",
    "--mgmt-bind",
    "127.0.0.1:0",
    ...flags,
  ];
  const child = start(words, {
    stdio: ["ignore", "pipe", "inherit"],
    env: { PATH: process.env.PATH ?? "", ...env },
  });
  const memory = watchMemory(child);
  const line = await lineWith(child, '"listening"');
  const { http, management } = JSON.parse(line) as { http: string[]; management: string[] };
  return {
    url: http[0] as string,
    managementUrl: management[0] as string,
    pid: child.pid,
    memory,
    async [Symbol.asyncDispose]() {
      const end = ended(child, "flowg serve");
      child.kill("SIGTERM");
      await end;
    },
  };
}

/** The first line of its output that has these words; the rest is read and forgotten. */
export async function lineWith(child: ChildProcess, words: string): Promise<string> {
  let text = "";
  return await new Promise((resolve, reject) => {
    child.on("close", () => reject(new Error(`ended before it said ${words}: ${text}`)));
    child.stdout?.setEncoding("utf8").on("data", (more: string) => {
      if (text.length < 100_000) text += more;
      const line = text.split("\n").find((candidate) => candidate.includes(words));
      if (line !== undefined && text.endsWith("\n")) resolve(line);
    });
  });
}
