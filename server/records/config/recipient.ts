// An alert as logs are sent to it: its webhook, or the service of a forwarder, and why neither can be called.

// by its name, as in parse.ts: out of `z.core` it would bundle all of zod
import { toDotPath } from "zod/v4/core";
import { issueSentence } from "../../platform/messages/sentences.js";
import { headerProblem, isHttpUrl, tooManyHeaders } from "./http-parts.js";
import { NESTS_TOO_DEEP, nestsTooDeep } from "./nesting.js";
import { isServiceType, type Service, serviceSchema } from "./service.js";
import { LATEST, readWebhook, type Webhook } from "./webhook.js";

/** An alert as logs are sent to it. */
export interface Recipient extends Webhook {
  /** The service that takes the place of the webhook. */
  service?: Service;
  /** Why the forwarder can't be carried out. */
  wrong?: string;
}

/** A stored alert with the service that it sends logs to, if it does. */
export function readRecipient(stored: unknown): Recipient {
  const webhook = readWebhook(stored);
  const { type } = webhook;
  if (type === undefined) return webhook;
  if (!isServiceType(type) || webhook.version > LATEST)
    return { ...webhook, wrong: NOT_CARRIED_OUT };
  const { config } = stored as { config: unknown };
  // what a service takes no part of would pass, and then it couldn't be shown
  if (nestsTooDeep(config)) return { ...webhook, wrong: `whose config ${NESTS_TOO_DEEP}` };
  const read = serviceSchema(type).safeParse(config);
  if (read.success) return { ...webhook, service: read.data };
  const [first] = read.error.issues;
  const path = toDotPath(
    first?.path.map((part) => (typeof part === "string" ? cut(part) : part)) ?? [],
  );
  const part = first ? issueSentence({ path, message: first.message }) : "";
  return { ...webhook, wrong: `whose ${part}` };
}

const NOT_CARRIED_OUT = "which does not run here";

/** Whether it is of a kind that this server doesn't carry out at all. */
export const isNotCarriedOut = ({ wrong }: Recipient): boolean => wrong === NOT_CARRIED_OUT;

/**
 * Why nothing can be sent there at all; undefined if a call can be tried. In a record that was restored from elsewhere, any part
 * may be wrong.
 */
export function recipientProblem(recipient: Recipient): string | undefined {
  const { version, type, url, headers, service, wrong } = recipient;
  if (service) return undefined;
  if (wrong !== undefined)
    return `is a forwarder of the type ${JSON.stringify(cut(type ?? ""))}, ${wrong}`;
  if (url === "" && version > LATEST) return `is of version ${version}, which does not run here`;
  if (url === "") return "has no URL";
  if (!isHttpUrl(url)) return "has a URL that is neither http nor https";
  const tooMany = tooManyHeaders(headers);
  if (tooMany !== undefined) return `has ${tooMany}`;
  const wrongHeader = Object.entries(headers).find(([name, value]) => headerProblem(name, value));
  return (
    wrongHeader && `has a header ${JSON.stringify(cut(wrongHeader[0]))} that HTTP does not allow`
  );
}

/** A name of a restored record can be megabytes long. */
const cut = (name: string): string => name.slice(0, 100);
