// All procedures, one router for each resource.

import { alerts } from "./routers/alerts.js";
import { auth } from "./routers/auth.js";
import { backup } from "./routers/backup.js";
import { compact } from "./routers/compact.js";
import { forwarders } from "./routers/forwarders.js";
import { jobs } from "./routers/jobs.js";
import { logs } from "./routers/logs.js";
import { pipelines } from "./routers/pipelines.js";
import { restore } from "./routers/restore.js";
import { restores } from "./routers/restores.js";
import { roles } from "./routers/roles.js";
import { snapshots } from "./routers/snapshots.js";
import { streams } from "./routers/streams.js";
import { tasks } from "./routers/tasks.js";
import { tokens } from "./routers/tokens.js";
import { transformers } from "./routers/transformers.js";
import { tryOut } from "./routers/try-out.js";
import { users } from "./routers/users.js";
import { router } from "./trpc.js";

export const appRouter = router({
  alerts,
  auth,
  backup,
  compact,
  forwarders,
  jobs,
  logs,
  pipelines,
  restore,
  restores,
  roles,
  snapshots,
  streams,
  tasks,
  test: tryOut,
  tokens,
  transformers,
  users,
});
