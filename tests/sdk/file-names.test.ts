import { expect, test } from "vitest";
import { API_NAMES, databaseNamed, FILE_NAMES, MANIFEST } from "../../sdk/node/file-names.js";
import {
  BACKUP_FILE_NAMES,
  BACKUP_ORDER,
  downloadName,
  kindOfFileName,
  MANIFEST_NAME,
} from "../../server/records/backup-names.js";

test("the SDK and the server call the files of a backup the same", () => {
  expect(Object.keys(FILE_NAMES).sort()).toEqual([...BACKUP_ORDER].sort());
  for (const kind of BACKUP_ORDER) {
    const names: readonly string[] = BACKUP_FILE_NAMES[kind];
    expect(FILE_NAMES[kind]).toBe(names[0]);
    expect(API_NAMES[kind]).toBe(downloadName(kind));
    expect(new Set(names)).toEqual(new Set([FILE_NAMES[kind], API_NAMES[kind]]));
    for (const name of names) expect(databaseNamed(name)).toBe(kindOfFileName(name));
  }
  for (const name of ["auth", "auth.db.old", "LOG.DB", MANIFEST]) {
    expect(databaseNamed(name)).toBe(kindOfFileName(name));
  }
  expect(MANIFEST).toBe(MANIFEST_NAME);
});
