// The server that the build makes, where there is nothing but dist/ and the dependencies of the package: as users install it.

import { cp, mkdir, mkdtemp, readFile, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { DOCS_FILES } from "../../server/http/docs.js";
import { spawnServer } from "./server-process.js";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));

/** Copies the program, and leads to its dependencies alone. */
async function install(home: string): Promise<string> {
  await cp(join(PROJECT, "dist"), join(home, "dist"), { recursive: true });
  await cp(join(PROJECT, "package.json"), join(home, "package.json"));
  const { dependencies } = JSON.parse(await readFile(join(PROJECT, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const link = join(home, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(PROJECT, "node_modules", name), link);
  }
  return join(home, "dist/cli/main.js");
}

it("starts with the package's dependencies alone, and has the files of its documentation page", async () => {
  const home = await mkdtemp(join(tmpdir(), "flowg-built-"));
  try {
    const main = await install(home);
    const env = { FLOWG_INITIAL_PASSWORD: "a password that is not root" };
    const server = await spawnServer(home, { main, env });
    try {
      expect(server.url, server.stderr()).toMatch(/^http:/);
      for (const name of DOCS_FILES) {
        const response = await fetch(`${server.url}/api/docs/${name}`);
        const there = await readFile(join(PROJECT, "node_modules/swagger-ui-dist", name));
        expect([name, response.status]).toEqual([name, 200]);
        expect(there.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
      }
    } finally {
      server.child.kill();
      await server.exited;
    }
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});
