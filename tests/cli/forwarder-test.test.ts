// `flowg forwarder test` and `flowg alert test`, against a server and a receiver.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flowg, ROOT_PASSWORD, startFlowg } from "../operations/online/flowg-server.js";
import { receiver } from "../support/webhook-receiver.js";

test("a record is sent to a forwarder and to an alert, and failures are told", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-forwarder-"));
  try {
    await using hook = await receiver(200);
    await using server = await startFlowg({ home, flags: ["--alert-allow", "127.0.0.1"] });
    const as = await server.login("root", ROOT_PASSWORD);
    const { token } = await server.call(as, "POST", "/token");
    const online = ["--url", server.url, "--token", token];
    const file = join(home, "forwarder.json");
    const config = { type: "http", url: hook.url, headers: {} };
    await writeFile(file, JSON.stringify({ config }));
    const set = await flowg("forwarder", "set", "to-hook", "--file", file, ...online);
    expect([set.code, String(set.stdout)]).toEqual([0, "Forwarder to-hook saved\n"]);
    for (const noun of ["forwarder", "alert"]) {
      const words = [noun, "test", "to-hook", "--record", "message=hello"];
      const { code, stdout } = await flowg(...words, ...online);
      expect([code, String(stdout)]).toEqual([0, `The ${noun} to-hook took the record\n`]);
    }
    expect(hook.received.map(({ body }) => JSON.parse(body).fields)).toEqual([
      { message: "hello" },
      { message: "hello" },
    ]);
    await writeFile(file, JSON.stringify({ config: { ...config, url: "http://127.0.0.1:9/" } }));
    await flowg("forwarder", "set", "to-hook", "--file", file, ...online);
    const failed = await flowg("forwarder", "test", "to-hook", ...online);
    expect(failed.code).not.toBe(0);
    expect(String(failed.stderr)).toContain("error: the webhook cannot be reached\n");
    const missing = await flowg("forwarder", "test", "none", ...online);
    expect([missing.code, String(missing.stderr)]).toEqual([8, expect.stringContaining('"none"')]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
