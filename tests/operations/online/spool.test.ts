import { mkdir, mkdtemp, readdir, rm, stat, truncate, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { prepareSpool, Spool } from "../../../server/operations/spool.js";
import { makeScratchDirectory } from "../../../server/platform/files/scratch-directory.js";
import { run } from "./flowg-server.js";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "flowg-spool-"));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

async function bytesOf(spool: Spool): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of spool.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test("gives out what is written while it is written, in a file for nobody else", async () => {
  const spool = await Spool.create(dir, "logs");
  const reading = bytesOf(spool);
  const parts = Array.from({ length: 50 }, (_, i) => Buffer.alloc(20_000, i));
  for (const part of parts) await spool.write(part);
  expect((await stat(spool.path)).mode & 0o777).toBe(0o600);
  expect((await stat(join(dir, "spool"))).mode & 0o777).toBe(0o700);
  spool.end();
  expect((await reading).equals(Buffer.concat(parts))).toBe(true);
  await spool[Symbol.asyncDispose]();
  expect(await readdir(join(dir, "spool"))).toEqual([]);
});

test("fails who reads it with what failed who wrote it", async () => {
  await using spool = await Spool.create(dir, "logs");
  await spool.write(Buffer.from("x"));
  const reading = bytesOf(spool);
  spool.fail(new Error("the disk is gone"));
  await expect(reading).rejects.toThrow("the disk is gone");
});

test("fails who reads it where the file lacks what was written", async () => {
  await using spool = await Spool.create(dir, "logs");
  await spool.write(Buffer.alloc(1000));
  spool.end();
  await truncate(spool.path, 10);
  await expect(bytesOf(spool)).rejects.toMatchObject({ code: "FILE_UNAVAILABLE" });
});

test("lets go of a reader that waits for more when it is removed", async () => {
  const spool = await Spool.create(dir, "logs");
  const reading = expect(bytesOf(spool)).rejects.toMatchObject({ code: "CANCELLED" });
  await spool[Symbol.asyncDispose]();
  await reading;
});

test("a start sweeps what killed servers left, also one with the same process number", async () => {
  const place = join(dir, "swept");
  const spool = join(place, "spool");
  await prepareSpool(place);
  // a process that is certainly gone
  const { stdout } = await run(process.execPath, ["-p", "process.pid"]);
  for (const pid of [Number(stdout.toString()), process.pid]) {
    await writeFile(join(spool, `.logs.db.${pid}-0123abcd.part`), "half an upload");
    await mkdir(join(spool, `.flowg-scratch-${pid}-aB3xYz`));
    await writeFile(join(spool, `.flowg-scratch-${pid}-aB3xYz`, "logs.db"), "half a translation");
    // before this process began
    for (const name of [`.logs.db.${pid}-0123abcd.part`, `.flowg-scratch-${pid}-aB3xYz`])
      await utimes(join(spool, name), 0, 0);
  }
  const living = `.logs.db.${process.ppid}-0123abcd.part`;
  await writeFile(join(spool, living), "another server's");
  await prepareSpool(place);
  expect(await readdir(spool)).toEqual([living]);
  // what this process has made and not removed yet stays
  await using mine = await makeScratchDirectory(spool);
  await using file = await Spool.create(place, "logs");
  await prepareSpool(place);
  await Promise.all([mine.path, file.path].map((path) => stat(path)));
});
