// Forwarders to services, as FlowG v0.63 has them: what each of its kinds needs. The kinds `amqp` and `clickhouse` are kept as they
// are and don't run: each speaks a protocol of its own, for which this server has no client.

import { X509Certificate } from "node:crypto";
import * as z from "zod";
import { type DynamicField, dynamicField, fieldsText } from "./dynamic-field.js";
import { headersSchema } from "./headers-schema.js";
import { headerProblem, isHttpUrl } from "./http-parts.js";

/** FlowG's kinds that don't run here. */
export const NOT_RUN: readonly string[] = ["amqp", "clickhouse"];

/** An address that doesn't answer takes its time, and a log tries each. */
const MOST_ADDRESSES = 32;

const EXPRESSION =
  'is an expression that this server can\'t work out: it knows log.NAME, log["NAME"], toJSON(log), upper, lower, trim, +, and A == B ? C : D';

const string = z.string({
  error: ({ input }) => (input === undefined ? "is missing" : "must be a text"),
});
const text = z
  .string({ error: "must be a text" })
  .nullish()
  .transform((value) => value ?? "");
const filled = string.min(1, { error: "is missing" });
const flag = z
  .boolean()
  .nullish()
  .transform((value) => value ?? false);
const url = string.refine(isHttpUrl, { error: "is not an http or https URL" });
/** A secret that goes into a header. The message never shows it. */
const secret = filled.refine((value) => headerProblem("Authorization", value) === undefined, {
  error: "has characters that HTTP does not allow in a header",
});

/** @param unless what is taken where it is empty */
const dynamic = (unless: string | DynamicField) =>
  z
    .string({ error: "must be a text" })
    .nullish()
    .transform((value, context): DynamicField => {
      const given = value || unless;
      const field = typeof given === "string" ? dynamicField(given) : given;
      if (field) return field;
      context.addIssue({ code: "custom", message: EXPRESSION });
      return z.NEVER;
    });

/** A host and a port, as `logs.example.com:514` or `[::1]:514`. */
const address = string
  .regex(/^(?:[\w.-]+|\[[0-9A-Fa-f:]+\]):[0-9]{1,5}$/, { error: "is not HOST:PORT" })
  .refine((value) => URL.canParse(`http://${value}`) && !/:0+$/.test(value), {
    error: "is not HOST:PORT",
  });
const host = string
  .regex(/^(?:[\w.-]+|\[?[0-9A-Fa-f:]+\]?)$/, { error: "is not a host" })
  .refine((value) => URL.canParse(`https://${inUrl(value)}`), { error: "is not a host" });
const pem = text.refine((value) => value === "" || isCertificate(value), {
  error: "is not a certificate in PEM",
});
/** A text that may be missing, for a header. */
const headerText = text.refine((value) => headerProblem("Authorization", value) === undefined, {
  error: "has characters that HTTP does not allow in a header",
});

const KINDS = {
  http: z.object({
    type: z.literal("http"),
    url,
    headers: headersSchema,
    body: dynamic(fieldsText),
  }),
  splunk: z.object({
    type: z.literal("splunk"),
    endpoint: url,
    token: secret,
    source: dynamic("flowg"),
    host: dynamic("@expr:log.host"),
  }),
  datadog: z.object({
    type: z.literal("datadog"),
    url,
    apiKey: secret,
    ddsource: dynamic("@expr:log.ddsource"),
    ddtags: dynamic("@expr:log.ddtags"),
    hostname: dynamic("@expr:log.hostname"),
    message: dynamic("@expr:log.message"),
    service: dynamic("@expr:log.service"),
  }),
  otlp: z.object({ type: z.literal("otlp"), endpoint: url, headers: headersSchema }),
  elastic: z.object({
    type: z.literal("elastic"),
    index: filled,
    username: filled,
    password: filled,
    addresses: z
      .array(z.unknown(), { error: "must be a list of URLs" })
      .min(1, { error: "is empty" })
      .max(MOST_ADDRESSES, { error: `is a list of more than ${MOST_ADDRESSES}` })
      .pipe(z.array(url)),
    ca: pem,
  }),
  awscloudwatch: z.object({
    type: z.literal("awscloudwatch"),
    app_id: headerText,
    endpoint: text.refine((value) => value === "" || isHttpUrl(value), {
      error: "is not an http or https URL",
    }),
    region: text.refine((value) => /^[a-z0-9-]*$/.test(value), { error: "is not a region" }),
    access_key_id: secret,
    secret_access_key: filled,
    session_token: headerText,
    group: filled,
    stream: filled,
  }),
  azuremonitor: z
    .object({
      type: z.literal("azuremonitor"),
      endpoint: url,
      token: secret,
      rule_id: filled,
      stream_name: filled,
      allow_insecure: flag,
    })
    .refine((value) => value.allow_insecure || value.endpoint.startsWith("https:"), {
      path: ["endpoint"],
      error: "is not an https URL, and the token would be sent in the clear",
    }),
  googlecloudlogging: z
    .object({
      type: z.literal("googlecloudlogging"),
      host,
      port: z.int({ error: "is not a port" }).min(1).max(65_535),
      project_id: filled,
      log_id: filled,
      disable_tls: flag,
      disable_auth: flag,
      auth_json: text.transform((value, context) => {
        if (value === "") return undefined;
        const account = serviceAccount(value);
        if (account) return account;
        context.addIssue({
          code: "custom",
          message: "is not the JSON of a service account, with client_email and private_key",
        });
        return z.NEVER;
      }),
    })
    .refine((value) => value.disable_auth || value.auth_json !== undefined, {
      path: ["auth_json"],
      error: "is missing: give a service account's JSON, or set disable_auth",
    })
    .refine((value) => value.disable_auth || !value.disable_tls, {
      path: ["disable_tls"],
      error: "would send the service account's token in the clear",
    }),
  syslog: z.object({
    type: z.literal("syslog"),
    network: z.enum(["tcp", "udp"], { error: "is neither tcp nor udp" }),
    address,
    tag: dynamic(() => ""),
    severity: dynamic(() => ""),
    facility: dynamic(() => ""),
    message: dynamic(fieldsText),
  }),
};

export type ServiceType = keyof typeof KINDS;
export type ServiceOf<Type extends ServiceType> = z.output<(typeof KINDS)[Type]>;
/** A forwarder to a service, checked: each of its dynamic fields is a function of a log. */
export type Service = { [Type in ServiceType]: ServiceOf<Type> }[ServiceType];

export const SERVICE_TYPES = Object.keys(KINDS) as [ServiceType, ...ServiceType[]];

export const isServiceType = (type: unknown): type is ServiceType =>
  (SERVICE_TYPES as unknown[]).includes(type);

/** What checks the configuration of a kind. */
export const serviceSchema = (type: ServiceType): z.ZodType<Service> =>
  KINDS[type] as unknown as z.ZodType<Service>;

/** A host as URLs have it: an address of IPv6 in brackets. */
export const inUrl = (host: string): string =>
  host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;

function isCertificate(text: string): boolean {
  // Node also takes the bytes that PEM stands for, which TLS doesn't
  if (!text.includes("-----BEGIN ")) return false;
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

export interface ServiceAccount {
  client_email: string;
  private_key: string;
  private_key_id?: string;
}

function serviceAccount(json: string): ServiceAccount | undefined {
  try {
    const { client_email, private_key, private_key_id } = JSON.parse(json);
    const isWhole = typeof client_email === "string" && typeof private_key === "string";
    if (!isWhole || !private_key.includes("PRIVATE KEY-----")) return undefined;
    const id = typeof private_key_id === "string" ? { private_key_id } : {};
    return { client_email, private_key, ...id };
  } catch {
    return undefined;
  }
}
