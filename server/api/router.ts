// All procedures, one router a resource.

import { alerts } from "./alerts.js";
import { auth } from "./auth.js";
import { backup } from "./backup.js";
import { logs } from "./logs.js";
import { pipelines } from "./pipelines.js";
import { restore } from "./restore.js";
import { roles } from "./roles.js";
import { streams } from "./streams.js";
import { test } from "./test.js";
import { tokens } from "./tokens.js";
import { transformers } from "./transformers.js";
import { router } from "./trpc.js";
import { users } from "./users.js";

export const appRouter = router({
  alerts,
  auth,
  backup,
  logs,
  pipelines,
  restore,
  roles,
  streams,
  test,
  tokens,
  transformers,
  users,
});
