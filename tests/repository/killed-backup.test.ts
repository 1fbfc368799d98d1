// `flowg admin backup --repository` on a directory, killed at its system calls, or with one that fails: older snapshots stay
// what they are, a new one is there whole or not at all, and after the next backup and a prune nothing is left over.

import { cp, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { initRepository, openRepository } from "../../server/core.js";
import { flowg } from "../cli/flowg.js";
import { chosenOf, Told } from "../faults/chosen.js";
import { buildLibrary, callsOf, flowgWithFault, type Injection } from "../faults/library.js";
import { allFaults, type Planned } from "../faults/plan.js";
import {
  backUpSmall,
  fillSmall,
  nothingLeftAfterPrune,
  smallDirs,
  wholeSnapshots,
} from "./small-world.js";

/** How many kills the short form has: where a file comes, goes or is renamed, and elsewhere. */
const SHORT = { steps: 6, others: 4 };

const space = await mkdtemp(join(tmpdir(), "flowg-backup-faults-"));
const library = buildLibrary(space);
const template = join(space, "template");
const keys = join(space, "keys");
const identity = join(space, "identity");
const dirs = smallDirs(join(space, "data"));

const at = (url: string) =>
  openRepository({
    url,
    identityFiles: [identity],
    keyFiles: [join(keys, "key.json")],
    mustRead: true,
  });

beforeAll(async () => {
  if ("without" in library) return;
  const keyFile = join(keys, "key.json");
  await mkdir(keys);
  await initRepository({ url: template, readers: { identityFile: identity }, keyFile });
  const repository = await at(template);
  await fillSmall(dirs, 1);
  await backUpSmall(dirs, repository, keyFile);
  await fillSmall(dirs, 2);
  await repository.place.close();
});
afterAll(() => rm(space, { recursive: true, force: true }));

/** Its own copies of the repository, and of what the machine keeps for the next backup. */
async function injection(path: string, name: string): Promise<Injection & { words: string[] }> {
  const beside = join(space, name);
  const root = join(beside, "root");
  await mkdir(beside);
  await cp(template, root, { recursive: true, preserveTimestamps: true });
  await cp(keys, join(beside, "keys"), { recursive: true });
  const places = ["--auth-dir", dirs.auth, "--config-dir", dirs.config, "--log-dir", dirs.logs];
  const key = ["--repository-key", join(beside, "keys/key.json")];
  const words = ["admin", "backup", "--repository", root, ...key, ...places, "--host", "here"];
  return { library: path, root, beside, words };
}

test("a backup into a directory that is killed, or whose disk fails, at any step", {
  timeout: 12 * 3_600_000,
}, async ({ skip }) => {
  if ("without" in library) return skip(library.without);
  const clean = await injection(library.path, "clean");
  const ran = await flowgWithFault(clean.words, clean);
  expect(ran.code, ran.stderr).toBe(0);
  const repository = await at(clean.root);
  const [old = "", fresh = ""] = await wholeSnapshots(repository);
  expect(old).not.toBe(fresh);
  await repository.place.close();

  const faults = allFaults(await callsOf(clean));
  const isStep = ({ call, deed }: Planned) =>
    deed === "kill" && ["unlink", "rename", "link", "mkdir"].includes(call);
  const steps = faults.filter(isStep);
  // a segment of each database, a signature and a manifest
  expect(steps.length).toBeGreaterThan(5);
  const name = "a backup into a repository";
  const left = [
    ...chosenOf(name, steps, SHORT.steps),
    ...chosenOf(
      name,
      faults.filter((fault) => !isStep(fault)),
      SHORT.others,
    ),
  ];
  const told = new Told(name, left.length);
  const tryOne = async (fault: Planned, number: number): Promise<string[]> => {
    const wrong: string[] = [];
    const tried = await injection(library.path, String(number));
    const { code, signal, stderr } = await flowgWithFault(tried.words, { ...tried, fault });
    const isKilled = fault.deed === "kill" || fault.deed === "torn";
    if (signal !== null && !isKilled) wrong.push(`died of ${signal}`);
    if (code === 1) wrong.push(stderr);
    try {
      const opened = await at(tried.root);
      const found = await wholeSnapshots(opened);
      // what is there is the old one, and perhaps the new one
      const meant = code === 0 || found.length > 1 ? [old, fresh] : [old];
      expect(found).toEqual(meant);
      const again = await flowg(tried.words);
      expect(again.code, again.stderr).toBe(0);
      await nothingLeftAfterPrune(opened);
      expect(await wholeSnapshots(opened)).toEqual([...meant, fresh]);
      await opened.place.close();
      const hidden = (await readdir(tried.root, { recursive: true })).filter((path) =>
        /(^|\/)\./.test(path),
      );
      expect(hidden).toEqual([]);
    } catch (error) {
      wrong.push((error as Error).message);
    }
    await rm(tried.beside, { recursive: true });
    return wrong.map((text) => `${fault.name}: ${text}`);
  };
  let number = left.length;
  const inTurn = async () => {
    for (let fault = left.pop(); fault; fault = left.pop()) told.one(await tryOne(fault, number--));
  };
  await Promise.all([inTurn(), inTurn()]);
  expect(told.wrong).toEqual([]);
});
