// `flowg forget --prune` on a directory, killed at its system calls, or with one that fails: whatever has happened by then, each
// snapshot that is there has its signature and its segments, and the next run ends what this one began.

import { cp, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initRepository, openRepository } from "../../server/core.js";
import { readManifest } from "../../server/repository/manifest-objects.js";
import { listSnapshots } from "../../server/repository/snapshots.js";
import { flowg } from "../cli/flowg.js";
import { chosenOf } from "../faults/chosen.js";
import { buildLibrary, callsOf, flowgWithFault, type Injection } from "../faults/library.js";
import { allFaults } from "../faults/plan.js";
import { putSnapshot, segmentPath } from "./made.js";
import { listed } from "./places/law.js";

/** How many faults the short form has beside kills and failing removals. */
const SHORT = 4;

const space = await mkdtemp(join(tmpdir(), "flowg-forget-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");
const identity = join(space, "identity");
const keyFile = join(space, "key.json");

beforeAll(async () => {
  await initRepository({ url: template, readers: { identityFile: identity }, keyFile });
  const repository = await at(template);
  for (const [day, segments] of ["12", "23", "34"].entries())
    await putSnapshot(repository, { createdAt: `2026-11-2${day}T10:00:00.000Z`, segments });
});
afterAll(() => rm(space, { recursive: true, force: true }));

const at = (url: string) =>
  openRepository({ url, identityFiles: [identity], keyFiles: [keyFile], mustRead: true });

const words = (root: string) => [
  "forget",
  "--keep-last",
  "1",
  "--prune",
  "--grace",
  "0",
  "--repository",
  root,
  "--identity",
  identity,
  "--repository-key",
  keyFile,
];

async function injection(path: string, name: string): Promise<Injection> {
  const beside = join(space, name);
  await mkdir(beside);
  const root = join(beside, "root");
  await cp(template, root, { recursive: true, preserveTimestamps: true });
  return { library: path, root, beside };
}

/** @returns the paths of its objects; all snapshots are whole */
async function wholeAt(root: string): Promise<string[]> {
  const repository = await at(root);
  const { place, keys } = repository;
  const paths = (await listed(place)).map(({ path }) => path);
  for (const { path } of await listSnapshots(repository)) {
    const manifest = await readManifest(repository, path, { demandSigned: true });
    const segments = manifest?.databases.auth?.segments ?? [];
    expect(segments).toHaveLength(2);
    for (const { name } of segments)
      expect(paths).toContain(segmentPath(name[0] as string, keys.cipher.suffix));
  }
  await place.close();
  return paths;
}

test("a forget with a prune that is killed, or whose disk fails, at any step", {
  timeout: 3_600_000,
}, async ({ skip }) => {
  if ("without" in library) return skip(library.without);
  const clean = await injection(library.path, "clean");
  const ran = await flowgWithFault(words(clean.root), clean);
  expect(ran.code, ran.stderr).toBe(0);
  const after = await wholeAt(clean.root);
  expect(after).toHaveLength(1 + 2 + 2);
  const faults = allFaults(await callsOf(clean));
  const isStep = ({ call, deed }: (typeof faults)[number]) =>
    deed === "kill" && ["unlink", "rename", "link"].includes(call);
  const steps = faults.filter(isStep);
  // two manifests, two signatures, two segments, and what the lock takes
  expect(steps.length).toBeGreaterThan(8);
  const others = faults.filter((fault) => !isStep(fault));
  const left = [...steps, ...chosenOf("a forget with a prune", others, SHORT)];
  const wrong: string[] = [];
  const count = left.length;
  const inTurn = async () => {
    for (let fault = left.pop(); fault; fault = left.pop()) {
      const tried = await injection(library.path, `${count}-${left.length}`);
      const ended = await flowgWithFault(words(tried.root), { ...tried, fault });
      const isKilled = fault.deed === "kill" || fault.deed === "torn";
      if (ended.signal !== null && !isKilled) wrong.push(`${fault.name}: died of ${ended.signal}`);
      if (ended.code === 1) wrong.push(`${fault.name}: ${ended.stderr}`);
      try {
        await wholeAt(tried.root);
        const again = await flowg(words(tried.root));
        expect(again.code, again.stderr).toBe(0);
        expect(await wholeAt(tried.root)).toEqual(after);
      } catch (error) {
        wrong.push(`${fault.name}: ${(error as Error).message}`);
      }
      await rm(tried.beside, { recursive: true });
    }
  };
  await Promise.all([inTurn(), inTurn()]);
  expect(wrong).toEqual([]);
});
