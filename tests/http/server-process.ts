// The built `flowg serve` as a real process.

import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILT } from "../cli/flowg.js";

export interface ServerProcess {
  child: ChildProcess;
  url: string;
  managementUrl: string;
  /** What it wrote. */
  stdout: () => string;
  stderr: () => string;
  /** Resolves with the exit code, or the signal that killed it. */
  exited: Promise<number | NodeJS.Signals | null>;
}

export interface SpawnOptions {
  env?: Record<string, string>;
  flags?: readonly string[];
  /** The module to run. Without it, the one in dist. */
  main?: string;
}

/** Starts a server on `dir`, and waits until it listens or has exited. */
export async function spawnServer(
  dir: string,
  { env = {}, flags = [], main = BUILT }: SpawnOptions = {},
): Promise<ServerProcess> {
  // the environment gives what flags may override
  const defaults = {
    FLOWG_AUTH_DIR: join(dir, "auth"),
    FLOWG_CONFIG_DIR: join(dir, "config"),
    FLOWG_LOG_DIR: join(dir, "log"),
    FLOWG_HTTP_BIND_ADDRESS: "127.0.0.1:0",
    FLOWG_MGMT_BIND_ADDRESS: "127.0.0.1:0",
  };
  const child = spawn(process.execPath, [main, "serve", ...flags], {
    env: { PATH: process.env.PATH ?? "", HOME: tmpdir(), ...defaults, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.on("close", (code, signal) => resolve(code ?? signal));
  });
  const listening = new Promise<{ http: string[]; management: string[] }>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const line = stdout.split("\n").find((candidate) => candidate.includes('"msg":"listening"'));
      if (line !== undefined) resolve(JSON.parse(line));
    });
  });
  const addresses = await Promise.race([listening, exited.then(() => undefined)]);
  return {
    child,
    url: addresses?.http[0] ?? "",
    managementUrl: addresses?.management[0] ?? "",
    stdout: () => stdout,
    stderr: () => stderr,
    exited,
  };
}
