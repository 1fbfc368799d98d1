// Opens databases that are damaged, one after the other, and uses those that let themselves be opened as a server would:
// reads all, writes a little. In a process of its own, from the build: it may die. Says what became of each.
//
//     node use-damaged.mjs DIR…

import { createHash } from "node:crypto";

const { openDatabase } = await import("../../dist/server/engine/lmdb/open.js");

for (const dir of process.argv.slice(2)) {
  process.stdout.write(`${JSON.stringify({ at: dir })}\n`);
  const { outcome, content } = await use(dir);
  process.stdout.write(`${JSON.stringify({ dir, outcome, content })}\n`);
}

async function use(dir) {
  try {
    const content = await read(dir);
    await write(dir);
    return { outcome: "opened", content };
  } catch (error) {
    return { outcome: error.code ?? `no code: ${error.stack}` };
  }
}

async function read(dir) {
  return withDatabase(openDatabase({ kind: "auth", dir, mode: "read" }), (database) => {
    const hash = createHash("sha256");
    for (const table of [database.records, database.derived, database.local])
      for (const { key, value } of table.range()) {
        hash.update(key).update(`=${value.length}=`);
        // the pages of a large value hold nothing but its bytes: whether these are right isn't for pages to tell
        if (value.length < 2_000) hash.update(value);
      }
    return hash.digest("hex");
  });
}

function write(dir) {
  return withDatabase(openDatabase({ kind: "auth", dir, mode: "write" }), async (database) => {
    for (let round = 0; round < 3; round++) {
      await database.records.transaction(() => {
        for (let n = 0; n < 40; n++)
          database.records.put(Buffer.from(`written ${n}`), Buffer.alloc(300));
      });
      await database.records.transaction(() => {
        for (let n = 0; n < 40; n++) database.records.remove(Buffer.from(`written ${n}`));
      });
    }
  });
}

async function withDatabase(opening, work) {
  const database = await opening;
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
