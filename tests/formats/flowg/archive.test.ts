// What `tar` can put into an archive and FlowG never does: refused by name where something would be lost, read where
// nothing would.

import { execFileSync } from "node:child_process";
import { linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { importBytes, tar, tarGz, temporaryDirectory } from "./encode.js";

const format = "flowg-config-archive" as const;
const FLOW = '{"version":1,"nodes":[],"edges":[]}';

/** A tar.gz of a directory of config items, made by GNU tar. */
async function packed(make: (dir: string) => void, ...options: string[]): Promise<Buffer> {
  await using space = await temporaryDirectory();
  for (const kind of ["pipelines", "transformers"]) mkdirSync(join(space.path, kind));
  writeFileSync(join(space.path, "pipelines", "a.json"), FLOW);
  make(space.path);
  return execFileSync("tar", ["-C", space.path, ...options, "--sort=name", "-czf", "-", "."]);
}

describe.each(["gnu", "posix"])("an archive of tar's format %s", (kind) => {
  const options = [`--format=${kind}`];

  it.each([
    [
      "a hard link",
      (dir: string) => linkSync(join(dir, "pipelines/a.json"), join(dir, "pipelines/b.json")),
      "pipelines/b.json",
    ],
    [
      "a symbolic link",
      (dir: string) => symlinkSync("a.json", join(dir, "pipelines/b.json")),
      "pipelines/b.json",
    ],
    [
      "a named pipe",
      (dir: string) => void execFileSync("mkfifo", [join(dir, "transformers/p.vrl")]),
      "transformers/p.vrl",
    ],
    [
      "a sparse file",
      (dir: string) => {
        writeFileSync(join(dir, "transformers/s.vrl"), ".");
        truncateSync(join(dir, "transformers/s.vrl"), 2 ** 20);
      },
      "transformers/s.vrl",
    ],
  ])("with %s is refused, and it is named", async (what, make, name) => {
    const bytes = await packed(make, ...options, "--sparse");
    await expect(importBytes(bytes, { format })).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringMatching(new RegExp(`"[^"]*${name}", which is ${what}`)),
    });
  });

  it("with long names and directories is read whole", async () => {
    const long = ["x".repeat(90), "y".repeat(150), "ü".repeat(100)];
    const bytes = await packed(
      (dir) => {
        for (const name of long) writeFileSync(join(dir, "transformers", `${name}.vrl`), name);
      },
      ...options,
    );
    const { records, warnings } = await importBytes(bytes, { format });
    expect(records).toEqual({
      "pipeline|a": FLOW,
      ...Object.fromEntries(long.map((name) => [`transformer|${name}`, name])),
    });
    expect(warnings).toEqual([]);
  });
});

it("devices, volumes' labels and types that nobody knows are refused", async () => {
  const [plain] = [await tar([["pipelines/a.json", FLOW]])];
  for (const [type, what] of [
    ["3", "a device"],
    ["M", "the rest of a file of another archive"],
    ["V", 'of the unknown type "V"'],
    ["D", 'of the unknown type "D"'],
  ] as const) {
    const header = Buffer.from(plain.subarray(0, 512));
    header.write(type, 156, "latin1");
    header.fill(" ", 148, 156);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
    const bytes = gzipSync(Buffer.concat([header, plain.subarray(512)]));
    await expect(importBytes(bytes, { format })).rejects.toMatchObject({
      code: "SNAPSHOT_UNSUPPORTED",
      message: expect.stringContaining(`"pipelines/a.json", which is ${what}`),
    });
  }
});

it("an item that stands there more than once is taken once, with a warning", async () => {
  const bytes = await tarGz([
    ["transformers/t.vrl", "old"],
    ["transformers/u.vrl", "u"],
    ["transformers/t.vrl", "new"],
  ]);
  const { records, warnings } = await importBytes(bytes, { format });
  expect(records).toEqual({ "transformer|t": "new", "transformer|u": "u" });
  expect(warnings).toEqual([
    '1 item stood in the archive more than once, and the last one of a name was taken: "transformer:t".',
  ]);
});
