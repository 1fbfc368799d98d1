// AWS CloudWatch Logs: PutLogEvents, in AWS's JSON 1.1, signed by version 4 of its signatures.

import { AwsV4Signer } from "aws4fetch";
import type { ServiceOf } from "../../records/config/service.js";
import type { CallAnswer, Verdict, WebhookCall } from "../webhooks/call-webhook.js";
import type { ServiceCall } from "./deliver.js";

type CloudWatch = ServiceOf<"awscloudwatch">;

/** FlowG leaves the region to its endpoint where none is given, and so do its emulators. */
const REGION = "us-east-1";

export const cloudwatchUrl = ({ endpoint, region }: CloudWatch): string =>
  endpoint || `https://logs.${region || REGION}.amazonaws.com/`;

export async function cloudwatchCall(service: CloudWatch, call: ServiceCall): Promise<WebhookCall> {
  const { app_id, region, access_key_id, secret_access_key, session_token } = service;
  const signer = new AwsV4Signer({
    method: "POST",
    url: cloudwatchUrl(service),
    headers: {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": "Logs_20140328.PutLogEvents",
    },
    body: new Uint8Array(call.body as Uint8Array),
    accessKeyId: access_key_id,
    secretAccessKey: secret_access_key,
    ...(session_token === "" ? {} : { sessionToken: session_token }),
    region: region || REGION,
    service: "logs",
  });
  const { url, headers } = await signer.sign();
  const agent = app_id === "" ? {} : { "User-Agent": `flowg app/${app_id}` };
  const signed = { ...Object.fromEntries(headers), ...agent };
  return { ...call, url: String(url), headers: signed, judge: judgeAws };
}

/** AWS tells what is wrong by a name in its answer, and by 200 also that it left an event out. */
function judgeAws({ status, body }: CallAnswer): Verdict | undefined {
  const text = body.toString();
  if (status === 200) {
    const isLeftOut = /"rejectedLogEventsInfo"\s*:\s*\{/.test(text);
    return isLeftOut
      ? { problem: "refused the log: it is too old or too new", mayPass: false }
      : undefined;
  }
  const name = /"__type"\s*:\s*"(?:[^"#]*#)?([A-Za-z]{1,60})"/.exec(text)?.[1];
  if (status !== 400 || name === undefined) return undefined;
  // the name is AWS's word for the error, and tells nothing of the request
  return { problem: `answered 400, ${name}`, mayPass: /Throttl|Unavailable|Timeout/.test(name) };
}
