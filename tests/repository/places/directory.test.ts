import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { takeWithoutLinks } from "../../../server/platform/files/take-free-name.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import { smallDisk } from "../../platform/files/small-disk.js";
import { describeLaw, listed } from "./law.js";

describeLaw("a directory", async () => {
  const path = await mkdtemp(join(tmpdir(), "flowg-place-"));
  return {
    open: () => openPlace(join(path, "not", "there yet")),
    [Symbol.asyncDispose]: () => rm(path, { recursive: true }),
  };
});

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-directory-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const mode = async (path: string) => (await stat(path)).mode & 0o7777;

describe("the directory of a place", () => {
  test("has no zero byte in its path", async () => {
    for (const url of ["file:///%00", "a\0b"])
      await expect(openPlace(url)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("is its owner's alone, and keeps the mode that it has", async () => {
    const place = await openPlace(join(dir, "made"));
    await place.put("a/b", Buffer.from("x"));
    expect(await mode(join(dir, "made"))).toBe(0o700);
    expect(await mode(join(dir, "made/a"))).toBe(0o700);
    expect(await mode(join(dir, "made/a/b"))).toBe(0o600);
    await mkdir(join(dir, "shared"));
    await chmod(join(dir, "shared"), 0o2770);
    await (await openPlace(join(dir, "shared"))).put("a", Buffer.from("x"));
    expect(await mode(join(dir, "shared"))).toBe(0o2770);
  });

  test("is given by its path or its URL", async () => {
    await (await openPlace(`file://${dir}/with%20blank`)).put("a", Buffer.from("x"));
    expect(await readFile(join(dir, "with blank/a"), "utf8")).toBe("x");
    const place = await openPlace(join(dir, "with blank"));
    expect((await place.get("a"))?.toString()).toBe("x");
    expect(place.name).toBe(join(dir, "with blank"));
  });

  test("may hold what isn't an object", async () => {
    const place = await openPlace(dir);
    await place.put("a/b", Buffer.from("x"));
    await writeFile(join(dir, "a/.b.4711-1a2b3c4d-locked-9f3c2a1b.part"), "half");
    await writeFile(join(dir, "a/.DS_Store"), "");
    await writeFile(join(dir, "a/with blank"), "");
    await mkdir(join(dir, "lost+found"));
    // and links: one that leads nowhere, one into itself, one to another disk, as it were
    await symlink("nowhere", join(dir, "a/nothing"));
    await symlink(".", join(dir, "a/again"));
    await mkdir(join(dir, ".disk"));
    await writeFile(join(dir, ".disk/c"), "there");
    await symlink(".disk", join(dir, "segments"));
    const objects = await listed(place, "segments/");
    expect(objects.map(({ path }) => path)).toEqual(["segments/c"]);
    expect(await listed(place, "a/b")).toHaveLength(1);
    expect((await listed(place)).length).toBeLessThan(100);
  });

  test("is swept of what a killed run left when something is written there", async () => {
    const dead = spawn(process.execPath, ["-e", ""]);
    await once(dead, "exit");
    await mkdir(join(dir, "a"));
    const left = join(dir, `a/.b.${dead.pid}-0123abcd.part`);
    await writeFile(left, "half");
    await utimes(left, 0, 0);
    const place = await openPlace(dir);
    expect(await listed(place)).toEqual([]);
    await place.put("a/c", Buffer.from("x"));
    expect(await readdir(join(dir, "a"))).toEqual(["c"]);
  });

  test("that is gone, or another, is not taken for an empty one", async () => {
    const place = await openPlace(join(dir, "mounted"));
    await place.put("a/b", Buffer.from("x"));
    await rename(join(dir, "mounted"), join(dir, "away"));
    const gone = { code: "REPOSITORY_UNAVAILABLE", message: /gone|another directory/ };
    const demandRefusals = async () => {
      await expect(place.get("a/b")).rejects.toThrow(expect.objectContaining(gone));
      await expect(place.put("a/c", Buffer.from("x"))).rejects.toMatchObject({ code: gone.code });
      await expect(place.putNew("c", Buffer.from("x"))).rejects.toMatchObject({ code: gone.code });
      await expect(place.remove("a/b")).rejects.toMatchObject({ code: gone.code });
      const all = listed(place);
      await expect(all).rejects.toMatchObject({ code: gone.code });
    };
    gone.message = expect.stringMatching(gone.message) as never;
    await demandRefusals();
    // what lies under a mounted disk
    await mkdir(join(dir, "mounted"));
    await demandRefusals();
    expect(await readdir(join(dir, "mounted"))).toEqual([]);
    await rm(join(dir, "mounted"), { recursive: true });
    await rename(join(dir, "away"), join(dir, "mounted"));
    expect((await place.get("a/b"))?.toString()).toBe("x");
  });

  test("that is a file, or in one, is refused", async () => {
    await writeFile(join(dir, "file"), "");
    for (const path of ["file", "file/in/it"]) {
      const place = await openPlace(join(dir, path));
      const refused = place.put("a", Buffer.from("x"));
      await expect(refused).rejects.toMatchObject({ code: "REPOSITORY_UNAVAILABLE" });
      await expect(refused).rejects.toThrow(/not a directory/);
    }
    await mkdir(join(dir, "a/b"), { recursive: true });
    const place = await openPlace(dir);
    expect(await place.get("a/b")).toBeUndefined();
    await expect(place.put("a/b", Buffer.from("x"))).rejects.toThrow(/is a directory/);
  });

  test("whose disk is full says so, and nothing half is left", async ({ skip }) => {
    using _disk = await smallDisk(join(dir, "disk"), "512k", skip);
    const place = await openPlace(join(dir, "disk"));
    await place.put("a/small", Buffer.from("x"));
    for (const store of ["put", "putNew"] as const) {
      const refused = place[store]("a/large", Buffer.alloc(1_000_000));
      await expect(refused).rejects.toMatchObject({ code: "DISK_FULL" });
    }
    expect(await readdir(join(dir, "disk/a"))).toEqual(["small"]);
    expect((await place.get("a/small"))?.toString()).toBe("x");
  });

  test("on a disk that is read-only is read, and not written to", async ({ skip }) => {
    const path = join(dir, "disk");
    using _disk = await smallDisk(path, "512k", skip);
    const place = await openPlace(path);
    await place.put("a/b", Buffer.from("x"));
    skip(spawnSync("mount", ["-o", "remount,ro", path]).status !== 0, "it can't be remounted");
    expect((await place.get("a/b"))?.toString()).toBe("x");
    const refused = {
      code: "PERMISSION_DENIED",
      message: expect.stringMatching(/the file system is read-only/),
    };
    await expect(place.put("a/c", Buffer.from("x"))).rejects.toMatchObject(refused);
    await expect(place.putNew("new/c", Buffer.from("x"))).rejects.toMatchObject(refused);
    await expect(place.remove("a/b")).rejects.toMatchObject(refused);
    expect(await listed(place)).toHaveLength(1);
  });
});

describe("where no links can be made", () => {
  test("one of many takes a free name", async () => {
    for (let round = 0; round < 10; round++) {
      const name = join(dir, `name-${round}`);
      const files = Array.from({ length: 10 }, (_, i) => join(dir, `file-${round}-${i}`));
      for (const file of files) await writeFile(file, file);
      const taken = await Promise.all(files.map((file) => takeWithoutLinks(file, name)));
      const winners = files.filter((_, i) => taken[i]);
      expect(winners).toHaveLength(1);
      expect(await readFile(name, "utf8")).toBe(winners[0]);
    }
    expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
  });

  test("a claim that a killed run left is removed", async () => {
    await writeFile(join(dir, ".name.claim"), "");
    await writeFile(join(dir, "file"), "x");
    expect(await takeWithoutLinks(join(dir, "file"), join(dir, "name"))).toBe(true);
    expect(await readdir(dir)).toEqual(["name"]);
  });
});

describe("a process that is killed while it puts", () => {
  test("leaves objects that are whole, and no others", async () => {
    const killed: ChildProcess[] = [];
    for (let round = 0; round < 4; round++) {
      const child = spawn(
        process.execPath,
        ["--import", "tsx", join(import.meta.dirname, "putting.ts"), dir, String(round)],
        { stdio: ["ignore", "pipe", "inherit"] },
      );
      killed.push(child);
      await once(child.stdout, "data", { signal: AbortSignal.timeout(120_000) });
      await sleep(round * 9);
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    const place = await openPlace(dir);
    const objects = await listed(place);
    expect(objects.length).toBeGreaterThan(killed.length);
    for (const { path, bytes } of objects) {
      const found = await place.get(path);
      expect(bytes).toBe(300_000);
      expect(found?.equals(Buffer.alloc(300_000, found[0] ?? 0))).toBe(true);
    }
    // the next write there removes the rest
    await place.put("a/last", Buffer.from("x"));
    expect((await readdir(join(dir, "a"))).filter((name) => name.startsWith("."))).toEqual([]);
  });
});

describe("what isn't a place", () => {
  test.each([
    ["", "empty"],
    ["gs://bucket/x", "storage.googleapis.com"],
    ["azure://account/x", "blobfuse2"],
    ["sftp://user:secret@host/x", "sshfs"],
    ["https://host/bucket", "s3://BUCKET"],
    ["wat:x", "/srv/backups"],
    ["file://host/x", "names no directory"],
    ["file:x", "names no directory"],
    ["file:///x?y", "names no directory"],
    ["file:///a%2Fb", "can't be read"],
  ])("%s is refused", async (url, words) => {
    const refused = await openPlace(url).catch((error) => error);
    expect(refused.code).toBe("INPUT_INVALID");
    expect(`${refused.message} ${refused.hint}`).toContain(words);
    expect(`${refused.message} ${refused.hint}`).not.toContain("secret");
  });
});
