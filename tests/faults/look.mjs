// A process that looks at what a run has left, for look.ts: databases by their records, backups by what verify says. It meets no faults itself; where it dies, what it looked at is damaged. For each restore that a database knows, the undo file must be there, and whole.

import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

const dist = new URL("../../dist/server/", import.meta.url);
const { openDatabase } = await import(new URL("engine/lmdb/open.js", dist));
const { verifyPath } = await import(new URL("core.js", dist));
const { readFileBytes } = await import(new URL("formats/snapshot/file.js", dist));
const { readUndoFile } = await import(new URL("formats/snapshot/read.js", dist));
const { restoreNotes } = await import(new URL("storage/notes/restore-history.js", dist));

process.on("message", async ({ dirs, backupDir }) => {
  process.send({
    databases: await each(dirs, database),
    sizes: await each(dirs, sized),
    undo: await each(dirs, undoOf),
    files: backupDir ? await each(namesIn(backupDir), file) : {},
  });
});

const namesIn = (dir) =>
  Object.fromEntries(["auth.db", "log.db", "config.db"].map((name) => [name, join(dir, name)]));

async function each(paths, look) {
  const found = {};
  for (const [name, path] of Object.entries(paths)) {
    found[name] = await look(name, path).catch((error) => `broken: ${error.message}`);
  }
  return found;
}

async function database(kind, dir) {
  try {
    const opened = await openDatabase({ kind, dir, mode: "read" });
    try {
      return recordsOf(opened);
    } finally {
      await opened.close();
    }
  } catch (error) {
    if (error.code === "DATABASE_MISSING") return "nothing";
    throw error;
  }
}

async function undoOf(kind, dir) {
  const noted = await undoFilesNoted(kind, dir);
  const path = (name) => join(dir, "undo", name);
  for (const name of noted) await readUndoFile(readFileBytes(path(name)), { expected: kind });
  const files = existsSync(join(dir, "undo")) ? readdirSync(join(dir, "undo")) : [];
  return { kept: noted.length, orphans: files.filter((name) => !noted.includes(name)).length };
}

async function undoFilesNoted(kind, dir) {
  try {
    const opened = await openDatabase({ kind, dir, mode: "read" });
    try {
      return (await opened.read(restoreNotes)).flatMap(({ undoFile }) => undoFile ?? []);
    } finally {
      await opened.close();
    }
  } catch (error) {
    // one whose creation was cut
    if (error.code === "DATABASE_MISSING") return [];
    throw error;
  }
}

async function sized(kind, dir) {
  const path = join(dir, "data.mdb");
  const size = existsSync(path) ? statSync(path).size : 0;
  return `${await database(kind, dir)}, ${size} bytes`;
}

function recordsOf({ records }) {
  const hash = createHash("sha256");
  let count = 0;
  for (const { key, value } of records.range()) {
    hash.update(`${key.byteLength} ${value.byteLength} `).update(key).update(value);
    count++;
  }
  // what a failed restore may leave where nothing was
  return count === 0 ? "nothing" : `${count} ${hash.digest("hex")}`;
}

async function file(_name, path) {
  if (!existsSync(path)) return "nothing";
  const bytes = await readFile(path);
  const [found] = await verifyPath(path);
  return `${found.setId} ${createHash("sha256").update(bytes).digest("hex")}`;
}
