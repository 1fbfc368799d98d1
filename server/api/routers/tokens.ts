// The caller's own personal access tokens. A token never opens more than its user may do.

import { z } from "zod";
import { audited } from "../audited.js";
import { time } from "../report-schema.js";
import { NAMES_BYTES, rest } from "../rest.js";
import { DONE, done, name, nothing, success } from "../schemas.js";
import { router, signedIn } from "../trpc.js";

const tag = "tokens";
const uuid = z.guid().meta({ description: "Names the token in URLs and lists." });
const example = "2f1d2a34-6c55-4c1e-9a83-0d7f4a1e5b60";
const expiry = time("When it expires, RFC 3339; absent if it never does.").optional();

const details = z
  .object({
    uuid: z.string(),
    name: z.string().optional().meta({ description: "What it is for; absent if it has no name." }),
    expires_at: expiry,
    expired: z.boolean().meta({ description: "Whether it has expired." }),
    last_used_at: time("When it was last used, RFC 3339; absent if it never was.").optional(),
  })
  .meta({ id: "Token" });

// strict, unlike other inputs: with a misspelt expiry the token would never end
const wishes = z.strictObject({
  name: name("token").optional(),
  expires_in: z.string().max(64).optional().meta({
    description: "How long it lives: `30d`, `1h30m`; with the units w, d, h, m and s.",
  }),
  expires_at: z.string().max(64).optional().meta({
    description: "When it ends, RFC 3339 with zone, in place of `expires_in`.",
  }),
});

export const tokens = router({
  list: signedIn
    .meta(
      rest("GET", "/tokens", {
        id: "list_tokens",
        tag,
        summary: "List one's own tokens",
        response: {
          success: true,
          token_uuids: [example],
          tokens: [
            {
              uuid: example,
              name: "nightly backup",
              expires_at: "2027-01-31T00:00:00.000Z",
              expired: false,
              last_used_at: "2026-11-23T01:00:00.000Z",
            },
          ],
        },
      }),
    )
    .input(nothing)
    .output(z.object({ success, token_uuids: z.array(z.string()), tokens: z.array(details) }))
    .query(async ({ ctx }) => {
      const tokens = await ctx.services.auth.tokens.details(ctx.caller.user);
      return {
        success: true,
        token_uuids: tokens.map(({ uuid }) => uuid),
        tokens: tokens.map(({ uuid, name, expires, isExpired, lastUsed }) => ({
          uuid,
          name,
          expires_at: expires,
          expired: isExpired,
          last_used_at: lastUsed,
        })),
      };
    }),

  create: signedIn
    .meta({
      bodyBytes: NAMES_BYTES,
      ...rest("POST", "/token", {
        id: "create_token",
        tag,
        summary: "Create a token for oneself",
        description:
          "The token is shown only once, and only its hash is kept. A body is optional. A token that is made " +
          "with another token expires no later than that one.",
        request: { name: "nightly backup", expires_in: "30d" },
        response: {
          success: true,
          token: "pat_abcdefghijklmnopqrstuvwxyzABCDEF",
          token_uuid: example,
          expires_at: "2027-01-31T00:00:00.000Z",
        },
      }),
    })
    .input(wishes)
    .output(z.object({ success, token: z.string(), token_uuid: z.string(), expires_at: expiry }))
    .mutation(async ({ ctx, input }) => {
      const { user, limit, until } = ctx.caller;
      const { name, expires_in: expiresIn, expires_at: expiresAt } = input;
      const action = { action: "create token", target: user, ...(name !== undefined && { name }) };
      const { token, uuid, expires } = await audited(ctx, action, () =>
        ctx.services.auth.tokens.create(user, { limit, until, name, expiresIn, expiresAt }),
      );
      return { success: true, token, token_uuid: uuid, expires_at: expires };
    }),

  delete: signedIn
    .meta(
      rest("DELETE", "/tokens/{token_uuid}", {
        id: "delete_token",
        tag,
        summary: "Delete one of one's own tokens",
        description: "Succeeds even if there is no such token.",
        response: { success: true },
      }),
    )
    .input(z.object({ token_uuid: uuid }))
    .output(done)
    .mutation(async ({ ctx, input }) => {
      const { user } = ctx.caller;
      const uuid = input.token_uuid;
      const name = await ctx.services.auth.tokens.nameOf(user, uuid);
      const facts = { target: user, uuid, ...(name !== undefined && { name }) };
      const action = { action: "delete token", ...facts };
      await audited(ctx, action, () => ctx.services.auth.tokens.delete(user, input.token_uuid));
      return DONE;
    }),
});
