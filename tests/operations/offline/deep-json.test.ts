// Restored files hold JSON that nests deeper than any stack reaches. Each file is restored, and the warnings name what is left
// out.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { DatabaseKind } from "../../../server/records/kinds.js";
import { alertKey, entryKey, pipelineKey, streamKey } from "../../../server/records/records.js";
import { flowg } from "../../cli/flowg.js";
import { badgerStream, time, uuid } from "../../formats/flowg/encode.js";
import { fixedHeader, makeSnapshot, type Pair } from "../../formats/snapshot/make-snapshot.js";

const DEEP = 300_000;
const lists = "[".repeat(DEEP) + "]".repeat(DEEP);
const objects = `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`;

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-deep-json-"));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const stream = `{"ttl":0,"size":0,"indexed_fields":[]`;
const snapshot = (kind: DatabaseKind, key: Pair["key"], value: string) =>
  makeSnapshot([[{ key, value: Buffer.from(value) }]], fixedHeader(kind));
const kvs = (...pairs: [key: string, value: string][]) =>
  badgerStream(pairs.map(([key, value]) => ({ key: key.replaceAll("|", "\x1b"), value })));

const FILES: [
  what: string,
  kind: DatabaseKind,
  bytes: (json: string) => Promise<Buffer> | Buffer,
  told?: string,
][] = [
  ["a stream", "logs", (json) => snapshot("logs", streamKey("s"), `${stream},"more":${json}}`)],
  [
    "an alert",
    "config",
    (json) => snapshot("config", alertKey("a"), `{"url":"http://h/","more":${json}}`),
  ],
  [
    "a pipeline",
    "config",
    (json) => snapshot("config", pipelineKey("p"), `{"nodes":[],"edges":[],"more":${json}}`),
  ],
  [
    "an entry",
    "logs",
    (json) =>
      snapshot("logs", entryKey("s", 1, uuid(1)), `{"timestamp":"","fields":{},"more":${json}}`),
  ],
  [
    "FlowG's forwarder",
    "config",
    (json) =>
      kvs([
        "forwarder|f",
        `{"version":2,"config":{"type":"http","url":"http://h/","headers":${json}}}`,
      ]),
  ],
  [
    "FlowG's pipeline",
    "config",
    (json) =>
      kvs([
        "pipeline|p",
        `{"version":2,"nodes":[{"id":"a","type":"source","data":${json}}],"edges":[]}`,
      ]),
    'Left out 1 item that FlowG itself could not use: "pipeline p"',
  ],
  [
    "FlowG's stream",
    "logs",
    (json) => kvs(["stream|config|s", `{"indexed_fields":${json}}`]),
    'The settings of 1 stream could not be read and are now the defaults: "s"',
  ],
  [
    "FlowG's entry",
    "logs",
    (json) =>
      kvs(
        ["stream|config|s", ""],
        [`entry|s|${time(1)}|${uuid(1)}`, `{"timestamp":"","fields":{"a":${json}}}`],
      ),
    `Left out 1 entry whose value isn't a log entry, in "s"`,
  ],
];

test.each(FILES)("%s", async (what, kind, bytes, told = "") => {
  for (const json of [lists, objects]) {
    const dir = join(home, "data");
    const backup = await mkdtemp(join(home, "backup-"));
    const file = join(backup, kind === "logs" ? "log.db" : `${kind}.db`);
    await writeFile(file, await bytes(json));
    const words = ["admin", "restore", backup, "--only", kind, "--quiet"];
    const places = ["auth-dir", "config-dir", "log-dir"].flatMap((name) => [
      `--${name}`,
      join(dir, name),
    ]);
    const { code, signal, stderr } = await flowg([...words, ...places]);
    expect({ what, code, signal, stderr }).toEqual({
      what,
      code: 0,
      signal: null,
      stderr: expect.stringContaining(told),
    });
    expect(stderr).not.toMatch(/unexpected fault|call stack/);
    await rm(dir, { recursive: true, force: true });
  }
});
