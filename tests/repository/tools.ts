// Programs of Debian that the tests compare with. Where one is missing, its tests are skipped, and say why.

import { execFileSync, spawn, spawnSync } from "node:child_process";

/** Those of `tools` that this machine lacks. CI has them all. */
export function missingTools(tools: readonly string[]): string[] {
  const missing = tools.filter((tool) => spawnSync("which", [tool]).status !== 0);
  if (missing.length > 0) {
    process.stderr.write(`skipped, for want of: ${missing.join(", ")} (apt-get install)\n`);
  }
  return process.env.CI ? [] : missing;
}

/** Runs a program, with these bytes as its stdin. @returns its stdout */
export const tool = (name: string, args: readonly string[], input: Uint8Array = Buffer.alloc(0)) =>
  execFileSync(name, args, { input, maxBuffer: 256 * 1024 * 1024, stdio: "pipe" });

/** Runs a line of the shell in a pseudo-terminal, and types each answer when something ends by a colon. */
export function terminalTool(line: string, answers: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn("script", ["-qec", line, "/dev/null"], { stdio: ["pipe", "pipe", "pipe"] });
    const left = [...answers];
    let shown = "";
    let asked = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      shown += text;
      asked += text;
      if (!/: *(\u001b\[[\d;?]*[A-Za-z])*$/.test(asked) || left.length === 0) return;
      asked = "";
      child.stdin.write(`${left.shift()}\n`);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(shown);
      else reject(new Error(`${line} ended with ${code}: ${shown}`));
    });
  });
}
