// Fills new databases, and warns of items that don't work here and of dangerous accounts.

import type { Logger } from "pino";
import type { Services } from "../api/context.js";
import { DEFAULT_PASSWORD, type FirstPassword, setFirstPassword } from "../http/first-password.js";
import type { Database } from "../storage/database.js";
import { isAny } from "../storage/notes/account-history.js";

export async function bootstrap(
  { services, database, log }: { services: Services; database: Database; log: Logger },
  first: FirstPassword,
): Promise<void> {
  const { auth, config } = services;
  const isDefault = await setFirstPassword(first, { auth, database });
  const created = await auth.bootstrap(first.initialPassword ?? DEFAULT_PASSWORD);
  const pipelineCreated = await config.bootstrap();
  if (created.roleCreated || created.userCreated || pipelineCreated)
    log.info({ ...created, pipelineCreated }, "filled what was empty");
  // scripts aren't tried, since their interpreter is loaded only where one is used
  const here = services.alerts;
  for (const warning of await config.warnings(["transformer", "pipeline", "alert"], here))
    log.warn(warning);
  if (isDefault) {
    log.warn(
      "THE PASSWORD OF USER root IS root: anybody that reaches this server can do anything. " +
        "Change it now (POST /api/v1/auth/change-password)",
    );
  }
  for (const kind of ["user", "role"] as const) {
    if (!(await database.read((instant) => isAny(instant, kind))))
      log.warn(`there is no ${kind}, and none is made anew: use \`flowg admin ${kind} create\``);
  }
}
