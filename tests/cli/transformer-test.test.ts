// `flowg transformer test`, against a server.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { flowg, ROOT_PASSWORD, startFlowg } from "../operations/online/flowg-server.js";

test("a stored script is run on a record, and its errors are shown", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-transformer-"));
  try {
    await using server = await startFlowg({ home });
    const as = await server.login("root", ROOT_PASSWORD);
    const { token } = await server.call(as, "POST", "/token");
    const online = ["--url", server.url, "--token", token];
    const file = join(home, "parse.vrl");
    await writeFile(file, ".n = to_int!(.n) + 1\n.x.y = .m\n");
    const set = await flowg("transformer", "set", "parse", "--file", file, ...online);
    expect(set.code, String(set.stderr)).toBe(0);
    const words = ["transformer", "test", "parse", "--record"];
    const good = await flowg(...words, "n=1", "--record", "m=a=b", ...online);
    expect(JSON.parse(String(good.stdout))).toEqual({ m: "a=b", n: "2", "x.y": "a=b" });
    const bad = await flowg(...words, "n=one", ...online);
    expect([bad.code, String(bad.stderr)]).toEqual([2, expect.stringMatching(/line 1, column 6/)]);
    await writeFile(file, ".a = (");
    const unfinished = await flowg("transformer", "set", "parse", "--file", file, ...online);
    expect([unfinished.code, String(unfinished.stderr)]).toEqual([
      0,
      expect.stringMatching(/does not run: line 1/),
    ]);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
