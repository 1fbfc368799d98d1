// Roles and the scopes they grant.

import { z } from "zod";
import type { AuthAt } from "../../stores/auth/auth-at.js";
import { audited } from "../audited.js";
import { jsonList } from "../json-pieces.js";
import { demandRoleScopes, underCheck } from "../privileges.js";
import type { Download } from "../raw-bodies.js";
import { NAMES_BYTES, rest } from "../rest.js";
import {
  allowNoAdmin,
  allowNoAdminParameter,
  DONE,
  done,
  name,
  nothing,
  scope,
  success,
} from "../schemas.js";
import { requires, router } from "../trpc.js";

const tag = "roles";
const role = z
  .object({
    name: z.string(),
    scopes: z.array(z.string()).meta({
      description:
        "Scopes that this version doesn't know can come from a restored backup; they grant nothing.",
    }),
  })
  .meta({ id: "Role" });

export const roles = router({
  list: requires("read_acls")
    .meta({
      ...rest("GET", "/roles", {
        id: "list_roles",
        tag,
        summary: "List the roles",
        response: { success: true, roles: [{ name: "viewer", scopes: ["read_streams"] }] },
      }),
      rawBody: {
        kind: "download",
        contentType: "application/json",
        answer: z.object({ success, roles: z.array(role) }),
      },
    })
    .input(nothing)
    .output(z.custom<Download>())
    .query(
      ({ ctx }): Download => ({
        headers: { "Cache-Control": "no-store" },
        start: async () => ({ stream: jsonList("roles", ctx.services.auth.roles.each()) }),
      }),
    ),

  save: requires("write_acls")
    .meta({
      bodyBytes: NAMES_BYTES,
      ...rest("PUT", "/roles/{role}", {
        id: "save_role",
        tag,
        summary: "Create a role or replace its scopes",
        errors: ["REFUSED"],
        description: "You can add only scopes that you hold.",
        request: { scopes: ["read_streams", "send_logs"] },
        response: { success: true },
      }),
    })
    .input(z.object({ role: name("role"), scopes: z.array(scope), allowNoAdmin }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { role, scopes, allowNoAdmin } = input;
      const { auth } = ctx.services;
      const wasDamaged = (await auth.read((at) => at.isRoleDamaged(role))) || undefined;
      const check = (at: AuthAt) => {
        const existing = at.isRoleDamaged(role) ? undefined : at.role(role);
        demandRoleScopes(ctx.caller, scopes, existing?.scopes ?? []);
      };
      await audited(ctx, { action: "save role", target: role, scopes, wasDamaged }, () =>
        underCheck(auth, check, () =>
          auth.roles.save(role, scopes, { allowNoAdmin: allowNoAdmin ?? false }),
        ),
      );
      return DONE;
    }),

  delete: requires("write_acls")
    .meta(
      rest("DELETE", "/roles/{role}", {
        id: "delete_role",
        tag,
        summary: "Delete a role",
        description:
          "Users keep its name, which grants nothing. Succeeds even if there is no such role.",
        errors: ["REFUSED"],
        response: { success: true },
      }),
    )
    .input(z.object({ role: name("role"), allowNoAdmin: allowNoAdminParameter }))
    .output(done)
    .mutation(async ({ ctx, input: { role, allowNoAdmin } }) => {
      const wasDamaged = (await ctx.services.auth.roles.isDamaged(role)) || undefined;
      await audited(ctx, { action: "delete role", target: role, wasDamaged }, () =>
        ctx.services.auth.roles.delete(role, { allowNoAdmin }),
      );
      return DONE;
    }),
});
