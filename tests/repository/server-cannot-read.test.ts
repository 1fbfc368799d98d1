// The law that a server can write and not read: anybody that has all that it has (its key file, write access, the whole place) can
// decrypt nothing.

import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initRepository } from "../../server/repository/init.js";
import { newIdentity } from "../../server/repository/keys/identities.js";
import { decryptWithPassphrase } from "../../server/repository/keys/passphrase.js";
import { openRepository } from "../../server/repository/open.js";
import { openPlace } from "../../server/repository/places/open-place.js";
import { missingTools, tool } from "./tools.js";

const RECORDS = "entry␛default␛secret of a user";
const missing = missingTools(["age"]);

let home: string;
let keyFile: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), "flowg-server-"));
  keyFile = join(home, "key.json");
  const place = await openPlace(join(home, "place"));
  await initRepository({ place, readers: { identityFile: join(home, "identity") }, keyFile });
  const { keys } = await openRepository({ place, keyFiles: [keyFile] });
  const hash = createHash("sha256").update(RECORDS).digest();
  const stored = await keys.cipher.encrypt(Buffer.from(RECORDS));
  await place.putNew(`segments/ab/${keys.nameOf(hash)}.zst.age`, stored);
  // from here on, this machine is taken over
  await rm(join(home, "identity"));
});
afterAll(() => rm(home, { recursive: true }));

/** All that the server has: the place's objects and the key file. */
async function loot() {
  const place = await openPlace(join(home, "place"));
  const objects: Buffer[] = [];
  for await (const { path } of place.list(""))
    objects.push((await place.get(path)) ?? Buffer.alloc(0));
  return { place, objects, key: JSON.parse(await readFile(keyFile, "utf8")) };
}

test("nothing that it has holds the records, their hash or an identity", async () => {
  const { objects, key } = await loot();
  expect(objects).toHaveLength(2);
  const hash = createHash("sha256").update(RECORDS).digest();
  const all = Buffer.concat([...objects, Buffer.from(JSON.stringify(key))]);
  for (const secret of [RECORDS, hash, hash.toString("hex"), hash.toString("base64"), "SECRET-KEY"])
    expect(all.includes(secret)).toBe(false);
  const { place } = await loot();
  for await (const { path } of place.list("segments/"))
    expect(path).not.toContain(hash.toString("hex"));
});

test("its keys open nothing, as they are or as identities", async () => {
  const { place, key, objects } = await loot();
  const opened = await openRepository({ place, keyFiles: [keyFile] });
  expect(opened.keys.canRead).toBe(false);
  for (const stored of objects)
    await expect(opened.keys.cipher.decrypt(stored, "segments/x")).rejects.toMatchObject({
      code: "IDENTITY_REQUIRED",
    });
  await expect(
    openRepository({ place, keyFiles: [keyFile], mustRead: true }),
  ).rejects.toMatchObject({ code: "IDENTITY_REQUIRED" });
  const identity = join(home, "try");
  for (const secret of [key.nameKey, key.signingKey, ...key.recipients]) {
    await writeFile(identity, `${secret}\n`);
    await expect(
      openRepository({ place, keyFiles: [keyFile], identityFiles: [identity] }),
    ).rejects.toMatchObject({ code: "INPUT_INVALID" });
    for (const stored of objects)
      await expect(decryptWithPassphrase(stored, secret, "x")).rejects.toThrow();
  }
});

test.skipIf(missing.length > 0)("nor do they for Debian's age", async () => {
  const { objects, key } = await loot();
  for (const secret of [key.nameKey, key.signingKey, newIdentity().secret]) {
    await writeFile(join(home, "try"), `${secret}\n`);
    for (const stored of objects)
      expect(() => tool("age", ["-d", "-i", join(home, "try")], stored)).toThrow();
  }
});
