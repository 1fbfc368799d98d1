// What a person sees of a restore that can be taken back, or can't.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { flowg } from "./flowg.js";

const BACKUP = fileURLToPath(new URL("../fixtures/flowg-0.24.1", import.meta.url));

test("--no-undo keeps nothing, and history says so", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-no-undo-"));
  try {
    const dirs = ["auth", "config", "log"].map((name) => `--${name}-dir=${join(home, name)}`);
    const restore = ["admin", "restore", BACKUP, "--only=config", ...dirs];
    const without = await flowg([...restore, "--no-undo"]);
    expect(without).toMatchObject({ code: 0, stdout: expect.not.stringContaining("admin undo") });
    expect(await readdir(join(home, "config"))).not.toContain("undo");
    const history = await flowg(["admin", "history", ...dirs]);
    expect(history.stdout).toContain("config was restored without an undo file");
    const kept = await flowg(restore);
    expect(kept).toMatchObject({ code: 0, stdout: expect.stringContaining("flowg admin undo ") });
    expect(await readdir(join(home, "config", "undo"))).toHaveLength(1);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test("no more is kept than a database remembers", async () => {
  const { code, stderr } = await flowg(["admin", "restore", BACKUP, "--undo-runs=101"]);
  expect({ code, stderr }).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("a database remembers its last 100 restores"),
  });
});
