// Checks an LMDB data file before LMDB maps it. A file that LMDB refuses makes lmdb-js 3.5 crash the process; here it gets an
// error. `sound-pages` checks its pages once it is open.

import { fstatSync, lstatSync, openSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FlowgError, systemCode } from "../../platform/errors.js";
import { closeFile } from "../../platform/files/close-file.js";
import { reasonOf } from "../../platform/files/file-error.js";
import { isUnfinished } from "./new-data-file.js";
import { DAMAGED_HINT } from "./sound-pages.js";
import { readMetas } from "./tree/meta-pages.js";

export const DATA_FILE = "data.mdb";

/**
 * Whether `dir` holds a sound-looking LMDB data file.
 * @returns false if there is none (also if the directory is missing or empty), or only one whose creation was cut at its begin
 * @throws DATABASE_INVALID, DATABASE_UNAVAILABLE
 */
export async function checkDataFile(dir: string): Promise<boolean> {
  const path = join(dir, DATA_FILE);
  let file: number | undefined;
  try {
    // looked at before it is opened, because opening a pipe waits for its writer
    demandFile(path);
    file = openSync(path, "r");
    if (isUnfinished(file, fstatSync(file).size)) return false;
    if (readMetas(file)) return true;
  } catch (cause) {
    if (cause instanceof FlowgError) throw cause;
    if (systemCode(cause) === "ENOENT") return refuseForeignFiles(dir);
    throw new FlowgError(
      systemCode(cause) === "ENOTDIR" ? "DATABASE_INVALID" : "DATABASE_UNAVAILABLE",
      `cannot read ${path}: ${reasonOf(cause)}`,
      { cause, hint: "check that the path is a directory and that you may read it" },
    );
  } finally {
    if (file !== undefined) closeFile(file);
  }
  throw new FlowgError("DATABASE_INVALID", `${path} is not an LMDB data file, or a damaged one`, {
    hint: `give the directory of a FlowG database, or an empty or new one to restore into. If it was one: ${DAMAGED_HINT}`,
    details: { isDamaged: true },
  });
}

/**
 * Demands a file. A link to a file counts. A link that leads nowhere would look like no file, but nothing can be made in its
 * place.
 */
function demandFile(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isFile()) return;
  const there = found ?? lstatSync(path, { throwIfNoEntry: false });
  if (!there) return;
  throw new FlowgError(
    "DATABASE_UNAVAILABLE",
    found ? `${path} is not a file` : `${path} is a link that leads nowhere`,
    {
      hint: found
        ? "LMDB keeps the database there: move away what it is"
        : "mount or put back what it leads to, or remove the link for a new database",
    },
  );
}

/** There is no data file, which is fine unless the directory holds files of others. */
async function refuseForeignFiles(dir: string): Promise<false> {
  let names: string[];
  try {
    names = await readdir(dir);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return false;
    throw new FlowgError("DATABASE_UNAVAILABLE", `cannot list ${dir}: ${reasonOf(cause)}`, {
      cause,
    });
  }
  if (names.includes("MANIFEST") && names.some((name) => /\.(vlog|sst|mem)$/.test(name))) {
    throw new FlowgError(
      "DATABASE_INVALID",
      `${dir} holds a BadgerDB database, FlowG's own storage`,
      {
        hint: "run FlowG's own `flowg admin backup` on it, then restore those files into a new directory here",
      },
    );
  }
  return false;
}
