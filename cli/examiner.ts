// The process that checks databases for `examine`.

import type { DatabaseDirs } from "../server/core.js";
import { damageIn } from "./offline.js";

process.once("message", async (dirs: DatabaseDirs) => {
  const damage = await damageIn(dirs);
  process.send?.(damage ?? null, undefined, {}, () => process.exit(0));
});
