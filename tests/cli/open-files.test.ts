// Few open files: an error in words, and no command half loaded.

import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { shell } from "./flowg.js";

/** What this process has open and LMDB passes on to children takes room in them, too. */
const closeInherited = 'for n in $(ls /proc/$$/fd); do [ "$n" -gt 2 ] && eval "exec $n>&-"; done; ';

test.skipIf(!existsSync("/proc/self/limits")).each([40, 64, 191])(
  "flowg with %i open files says what it needs",
  async (limit) => {
    const ran = await shell(`${closeInherited}ulimit -n ${limit}; flowg admin backup`);
    expect(ran).toMatchObject({ code: 8, stdout: "" });
    expect(ran.stderr).toContain(`error: this process may have only ${limit} files open\n`);
    expect(ran.stderr).toContain("raise the limit, as with `ulimit -n 1024`");
  },
);

test("flowg works with as many as it asks for", async () => {
  const ran = await shell(
    `${closeInherited}ulimit -n 192; flowg admin restore --help && flowg admin backup`,
  );
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain("there is no auth database");
});
