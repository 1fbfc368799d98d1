import type { ChildProcess } from "node:child_process";
import { afterAll, describe, expect, test } from "vitest";
import { watchedBy } from "../watched-process.js";
import { fakeInstallation, flowg, shell, terminal } from "./flowg.js";

const fake = await fakeInstallation();
afterAll(() => fake[Symbol.asyncDispose]());
const { main } = fake;

/** Sends signals once the work is under way. */
function sending(signal: NodeJS.Signals, when: string) {
  let sent = false;
  return (text: string, child: ChildProcess) => {
    if (sent || !text.includes(when)) return;
    sent = true;
    child.kill(signal);
  };
}

const slow = ["admin", "backup", "--backup-dir", "slow"];

describe("a run that is stopped", () => {
  test.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const)("by %s cleans up, says so in one line and exits with %d", async (signal, code) => {
    const ran = await flowg(slow, { main, stdin: "", onOutput: sending(signal, "reading") });
    expect(ran).toMatchObject({ code, signal: null, stdout: "" });
    expect(ran.stderr).toMatch(/auth: reading\nerror: stopped; nothing was changed\n$/);
  });

  test("gives a JSON object, too", async () => {
    const ran = await flowg([...slow, "--json"], {
      main,
      stdin: "",
      onOutput: sending("SIGINT", "reading"),
    });
    expect(ran.code).toBe(130);
    expect(JSON.parse(ran.stdout)).toMatchObject({ success: false, code: "CANCELLED" });
  });

  test("while it waits for a password on stdin", async () => {
    const words = ["admin", "user", "create", "--name", "x", "--password-stdin"];
    const ran = await flowg(words, { main, onOutput: sending("SIGINT", "auth database") });
    expect(ran.code).toBe(130);
    expect(ran.stderr).toBe("auth database ./data/auth\nerror: stopped by Ctrl-C\n");
  });

  test("a second time does not wait for the cleanup", async () => {
    let isStopping = false;
    const again = (text: string, child: ChildProcess) => {
      if (text.includes("reading") && !isStopping) isStopping = child.kill("SIGTERM");
      // not earlier: of two signals that wait, the process gets the one with the lower number first
      if (text.includes("cleaning up")) child.kill("SIGINT");
    };
    const ran = await flowg(["admin", "backup", "--backup-dir", "slow-cleanup"], {
      main,
      stdin: "",
      onOutput: again,
    });
    expect(ran.code).toBe(130);
    expect(ran.stderr).not.toContain("stopped");
  });
});

describe("SIGHUP under nohup", () => {
  const command = `"${process.execPath}" "${main}" admin backup --backup-dir steady`;
  const hangUp = "until grep -q reading said; do sleep 0.02; done; kill -HUP $pid; wait $pid";

  test("does not stop a backup that a shell starts", async () => {
    const ran = await shell(`cd "$(mktemp -d)"; nohup ${command} 2> said & pid=$!; ${hangUp}`);
    expect(ran).toMatchObject({ code: 0, signal: null });
  });

  test("does not stop one whose terminal nohup has put out of reach", async () => {
    const line = `cd "$(mktemp -d)"; env -u _ ${command} 0> /dev/null 2> said & pid=$!; ${hangUp}`;
    expect(await shell(line)).toMatchObject({ code: 0, signal: null });
  });

  test("and stops one that reads /dev/null for another reason", async () => {
    const line = `cd "$(mktemp -d)"; ${command} < /dev/null 2> said & pid=$!; ${hangUp}`;
    expect(await shell(line)).toMatchObject({ code: 129, signal: null });
  });
});

describe.runIf(process.platform === "linux")("a terminal that Ctrl-S has stopped", () => {
  test("keeps no run from ending on SIGTERM", async () => {
    let isStopped = false;
    const stopped = async (text: string, script: ChildProcess) => {
      if (isStopped || !text.includes("reading")) return;
      isStopped = true;
      script.stdin?.write("\x13");
      const pid = await watchedBy(script.pid);
      // once its progress waits for the terminal
      setTimeout(() => process.kill(pid ?? 0, "SIGTERM"), 1_500);
    };
    const ran = await terminal(slow, { main, onOutput: stopped });
    expect(isStopped).toBe(true);
    // by force, unless nothing was to be written just then
    expect([10, 143]).toContain(ran.code);
  });
});
