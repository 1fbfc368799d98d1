// The local table has notes of many modules. Each module's keys begin with a word of its own, or one would read another's notes.

import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";

const server = new URL("../../server/", import.meta.url);
const ELSEWHERE = [
  "storage/journal/note.ts",
  "storage/tracking/state.ts",
  "storage/tracking/tracked-parts.ts",
  "stores/auth/sessions.ts",
  "stores/auth/token-uses.ts",
];

test("the keys of each module's notes begin with a word that no other module has", async () => {
  const notes = await readdir(new URL("storage/notes/", server));
  const files = [...notes.map((name) => `storage/notes/${name}`), ...ELSEWHERE];
  const owners = new Map<string, string[]>();
  for (const file of files) {
    const text = await readFile(new URL(file, server), "utf8");
    const words = [...text.matchAll(/(?:\bkey\(|KEY = Buffer\.from\()"([a-z-]+)"/g)];
    for (const word of new Set(words.map(([, word = ""]) => word)))
      owners.set(word, [...(owners.get(word) ?? []), file]);
  }
  expect([...owners.keys()]).toEqual(
    expect.arrayContaining(["restored", "user-since", "restore", "task", "offline", "session"]),
  );
  expect([...owners].filter(([, files]) => files.length > 1)).toEqual([]);
});
