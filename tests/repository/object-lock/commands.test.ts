// Locked backups, by the commands and by a server's job: what is told, what is refused, and an attack after which everything
// comes back.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJobs } from "../../../server/jobs/open-jobs.js";
import { openPlace } from "../../../server/repository/places/open-place.js";
import { pastOf } from "../../../server/repository/revive.js";
import { flowg, flowgHere } from "../../cli/flowg.js";
import { withEnvironment } from "../../support/environment.js";
import {
  describeWithStore,
  freshUrl,
  keysOf,
  LOCKED_BUCKET,
  type ObjectStore,
  startObjectStore,
} from "../../support/object-store.js";
import { listed } from "../places/law.js";
import { fillSmall, smallDirs } from "../small-world.js";

describeWithStore("with a bucket that has object lock", () => {
  let space: string;
  let store: ObjectStore;
  let url: string;
  const at = (...names: string[]) => join(space, ...names);
  const run = async (words: string[], keys = keysOf(store.admin)) => {
    const ran = await flowg([...words, "--json"], { env: { HOME: at("home"), ...keys } });
    const json = ran.stdout.trim() === "" ? undefined : JSON.parse(ran.stdout);
    return { ...ran, json };
  };
  const places = () => {
    const { auth, config, logs } = smallDirs(at("data"));
    return ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
  };
  const repository = (at = url) => ["--repository", at, "--identity", join(space, "identity")];
  const backUp = async (lock: string, more: string[] = []) => {
    const words = ["admin", "backup", "--repository", url, "--object-lock", lock];
    return await run([...words, ...places(), ...more], keysOf(store.server));
  };

  beforeAll(async () => {
    space = await mkdtemp(join(tmpdir(), "flowg-locked-"));
    store = await startObjectStore();
    url = freshUrl(store, LOCKED_BUCKET);
    await fillSmall(smallDirs(at("data")), 1);
    const made = await run(["repository", "init", ...repository(), "--object-lock", "1h"]);
    expect(made, made.stderr).toMatchObject({ code: 0 });
  });
  afterAll(() => rm(space, { recursive: true, force: true }));

  test("a backup is locked whole, and forget and prune leave it, with exit code 0", async () => {
    const backedUp = await backUp("1h");
    expect(backedUp, backedUp.stderr).toMatchObject({ code: 0 });
    const [{ lock }] = backedUp.json.repositories;
    expect(lock).toMatchObject({ mode: "governance", renewed: 0, inOtherMode: 0 });
    const listing = await run(["snapshots", "list", ...repository()]);
    const [snapshot] = listing.json.repositories[0].snapshots;
    expect(snapshot.objectLock).toEqual({ mode: "governance", until: lock.until });

    const checked = await run(["repository", "check", "--locks", ...repository()]);
    expect(checked, checked.stderr).toMatchObject({ code: 0 });
    const { locks, segments, hidden } = checked.json.repositories[0];
    expect(locks).toMatchObject({ objects: segments + 1, locked: segments + 1, tooShort: [] });
    expect(locks.firstEnd).toBe(lock.until);
    expect(hidden).toEqual([]);

    for (const dry of [["--dry-run"], []]) {
      const forgot = await run(["forget", snapshot.setId, ...repository(), ...dry]);
      expect(forgot, forgot.stderr).toMatchObject({ code: 0 });
      const [report] = forgot.json.repositories;
      expect(report.locked).toEqual({ snapshots: 1, until: lock.until });
      expect(report.groups).toMatchObject([
        { kept: [{ reasons: [`locked until ${lock.until}`] }], forgotten: [] },
      ]);
    }
    // removing a snapshot with the right to end locks leaves segments that no snapshot names, and that are still locked
    using _keys = withEnvironment(keysOf(store.admin));
    const place = await openPlace(url);
    await sleep(1_100);
    const asOf = new Date().toISOString();
    await sleep(1_100);
    const [manifest] = (await listed(place, "snapshots/")).map(({ path }) => path);
    await place.remove(manifest as string);
    const words = ["repository", "prune", ...repository(), "--grace", "0", "--allow-remove-all"];
    for (const dry of [["--dry-run"], []]) {
      const pruned = await run([...words, ...dry]);
      expect(pruned, pruned.stderr).toMatchObject({ code: 0 });
      const [report] = pruned.json.repositories;
      expect(report.removed.objects).toBe(0);
      expect(report.locked.objects).toBe(segments + 1);
      expect(report.locked.until > lock.until).toBe(true);
    }
    const told = await flowg(words, { env: { HOME: at("home"), ...keysOf(store.admin) } });
    expect(told.stdout).toMatch(/\d+ objects \(.*\) locked, the last until 20/);
    const found = await run(["repository", "check", ...repository()]);
    expect(found.code).toBe(3);
    expect(found.json.repositories[0].hidden).toMatchObject([
      { path: manifest, lockedUntil: lock.until },
    ]);
    expect(found.stderr).toContain("flowg repository revive");
    const revive = ["repository", "revive", "--repository", url, "--as-of", asOf];
    expect((await run(revive)).json.repositories[0].paths).toEqual([manifest]);
    expect((await run(["repository", "check", ...repository()])).code).toBe(0);
  });

  test("what is in use is locked anew, by the server's own credentials, and only when it is due", async () => {
    await fillSmall(smallDirs(at("data")), 2);
    const first = await backUp("10m");
    expect(first, first.stderr).toMatchObject({ code: 0 });
    // no lock is due for renewal yet
    const again = await backUp("10m");
    expect(again.json.repositories[0].lock.renewed).toBe(0);
    const longer = await backUp("3h", ["--object-lock-mode", "compliance"]);
    expect(longer, longer.stderr).toMatchObject({ code: 0 });
    const { lock, newSegments, reusedSegments } = longer.json.repositories[0];
    expect([newSegments, reusedSegments > 3]).toEqual([0, true]);
    // the file that says what the repository is, is renewed too
    expect(lock).toMatchObject({ mode: "compliance", renewed: reusedSegments + 1 });
    expect(lock.inOtherMode).toBe(reusedSegments + 1);
    const checked = await run(["repository", "check", "--locks", ...repository()]);
    expect(checked.json.repositories[0].locks.tooShort).toEqual([]);
  });

  test("an attacker with all rights to delete and overwrite hides everything, and everything comes back", async () => {
    const whole = await run(["repository", "check", "--read-data", ...repository()]);
    const { snapshots } = whole.json.repositories[0];
    expect(snapshots).toBeGreaterThan(1);
    await sleep(1_100);
    const asOf = new Date();
    await sleep(1_100);
    using _keys = withEnvironment(keysOf(store.admin));
    const place = await openPlace(url);
    const all = (await listed(place)).map(({ path }) => path);
    for (const [n, path] of all.entries()) {
      if (n % 3 === 0) await place.put(path, Buffer.from("paid for"));
      if (n % 3 !== 1) await place.remove(path);
      else await place.put(path, Buffer.from("pay here"));
    }
    const into = (name: string) => {
      const { auth, config, logs } = smallDirs(at(name));
      return ["--auth-dir", auth, "--config-dir", config, "--log-dir", logs];
    };
    const refused = await run(["admin", "restore", ...repository(), ...into("refused")]);
    expect(refused.code).not.toBe(0);
    // the past can be read at once
    const past = repository(pastOf(url, asOf));
    const restored = await run(["admin", "restore", ...past, ...into("restored")]);
    expect(restored, restored.stderr).toMatchObject({ code: 0 });
    const checked = await run(["repository", "check", "--read-data", ...past]);
    expect(checked, checked.stderr).toMatchObject({ code: 0 });
    expect(checked.json.repositories[0].snapshots).toBe(snapshots);
    // a revival brings it back for good
    const words = ["repository", "revive", "--repository", url, "--as-of", asOf.toISOString()];
    const revived = await run(words);
    expect(revived, revived.stderr).toMatchObject({ code: 0 });
    expect(revived.json.repositories[0].paths).toHaveLength(all.length);
    const now = await run(["repository", "check", "--read-data", "--locks", ...repository()]);
    expect(now, now.stderr).toMatchObject({ code: 0 });
    expect(now.json.repositories[0].locks.tooShort).toEqual([]);
    expect((await backUp("1h")).code).toBe(0);
  });

  test("where nothing can be locked, nothing is written", async () => {
    const plain = freshUrl(store);
    const lock = ["--object-lock", "30d"];
    for (const where of [plain, at("directory")]) {
      const refused = await run(["repository", "init", ...repository(where), ...lock]);
      expect(refused).toMatchObject({ code: 2 });
      expect(refused.stderr).toMatch(/no object lock|it is a directory/);
      expect((await run(["repository", "init", ...repository(where)])).code).toBe(0);
      const words = ["admin", "backup", "--repository", where, ...lock, ...places()];
      const backedUp = await run(words);
      expect(backedUp).toMatchObject({ code: 2 });
      using _keys = withEnvironment(keysOf(store.admin));
      const objects = (await listed(await openPlace(where))).map(({ path }) => path);
      expect(objects).toEqual(["repository.json"]);
    }
  });

  test("a server's settings say it of each job", async () => {
    const file = at("flowg.yaml");
    const settings = (where: string, more: string) =>
      writeFile(
        file,
        `jobs:\n  nightly:\n    schedule: 0 3 * * *\n    repository: ${where}\n${more}`,
      );
    await settings(url, "    object-lock: 30d\n    object-lock-mode: compliance\n");
    const [job] = (await openJobs({ file })).jobs;
    expect(job?.objectLock).toEqual({ mode: "compliance", periodMs: 30 * 24 * 3_600_000 });
    for (const [where, more, message] of [
      ["/srv/backups", "    object-lock: 30d\n", /it is a directory/],
      [url, "    object-lock: 30x\n", /isn't a time/],
      [url, "    object-lock: 30d\n    object-lock-mode: soft\n", /object-lock-mode/],
      [url, "    object-lock-mode: governance\n", /not object-lock/],
    ] as const) {
      await settings(where, more);
      await expect(openJobs({ file })).rejects.toMatchObject({
        code: "INPUT_INVALID",
        message: expect.stringMatching(message),
      });
    }
  });
});

test.each([
  ["--object-lock", "30"],
  ["--object-lock", "0"],
  ["--object-lock", "99999d"],
  ["--object-lock-mode", "compliance"],
])("%s %s is a mistake", async (...words) => {
  const ran = await flowgHere(["admin", "backup", "--repository", "/nowhere/at/all", ...words]);
  expect(ran).toMatchObject({ code: 2 });
  expect(ran.stderr).toContain("--object-lock");
});
