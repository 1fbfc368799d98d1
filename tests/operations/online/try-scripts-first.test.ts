// A restore of a configuration tries its scripts, which takes seconds. Writers of the database don't wait for that.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { lmdb } from "../../../server/engine/lmdb.js";
import { type OnlineRestore, restoreUpload } from "../../../server/operations/online/restore.js";
import { SCOPES } from "../../../server/records/auth/scopes.js";
import { pipelineKey, transformerKey } from "../../../server/records/records.js";
import { fixedHeader, makeSnapshot } from "../../formats/snapshot/make-snapshot.js";

const flow = {
  nodes: [
    { id: "in", type: "source", data: { type: "direct" } },
    { id: "t", type: "transform", data: { transformer: "half" } },
    { id: "out", type: "router", data: { stream: "web" } },
  ],
  edges: [
    { id: "1", source: "in", target: "t" },
    { id: "2", source: "t", target: "out" },
  ],
};
const records = [
  { key: pipelineKey("p"), value: Buffer.from(JSON.stringify(flow)) },
  { key: transformerKey("half"), value: Buffer.from(".a = (") },
];

it("looks at the pipelines before it holds the database", async () => {
  const dir = await mkdtemp(join(tmpdir(), "flowg-try-scripts-"));
  try {
    await using database = await lmdb.open({ kind: "config", dir }, { mode: "create" });
    const upload = await makeSnapshot([records], fixedHeader("config"));
    const held: boolean[] = [];
    const options: OnlineRestore = {
      engine: lmdb,
      database,
      mode: "merge",
      dryRun: false,
      allowAccessChange: false,
      allowNoAdmin: false,
      authorize: async () => ({ user: "root", scopes: new Set(SCOPES) }),
      maxStreams: 10,
      maxMemory: 1024 ** 3,
      lookInto: async (kind, look) => {
        if (kind !== "config") return undefined;
        held.push(database.excluded() !== undefined);
        return await look(database);
      },
      addressWarning: () => undefined,
      user: "root",
      upload: (async function* () {
        yield upload;
      })(),
      signal: new AbortController().signal,
    };
    const { warnings } = await restoreUpload(options);
    expect(warnings).toEqual([
      expect.stringMatching(/^The pipeline "p" leads to .*"half" does not run: line 1/),
    ]);
    expect(held.length).toBeGreaterThan(0);
    expect(held).not.toContain(true);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
});
