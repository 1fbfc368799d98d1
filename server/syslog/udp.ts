// Syslog over UDP: a datagram is a message (RFC 5426).

import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { hostAndPort } from "../http/each-host.js";
import { unframed } from "./framing.js";
import type { Handover } from "./handover.js";

/** Bytes of datagrams that may wait in the kernel, which can grant less. */
const KERNEL_BYTES = 4 * 1024 * 1024;

export async function openUdp(
  { host, port }: { host: string; port: number },
  { intake, counts, isAllowed }: Handover,
): Promise<{ port: number; close(): Promise<void> }> {
  const socket: Socket = createSocket({
    type: host.includes(":") ? "udp6" : "udp4",
    ipv6Only: host.includes(":"),
  });
  socket.on("message", (bytes: Buffer, { address, port: from }: RemoteInfo) => {
    if (!isAllowed(address)) counts.add("refused");
    else if (bytes.length > 0) {
      const sender = { client: hostAndPort(address, from), address, tlsPeer: "" };
      intake.offer({ bytes: unframed(bytes), sender });
    }
  });
  socket.bind(port, host);
  try {
    await once(socket, "listening");
  } catch (error) {
    socket.close();
    throw error;
  }
  // an error of one datagram, such as an ICMP answer, doesn't affect the others
  socket.on("error", () => undefined);
  try {
    socket.setRecvBufferSize(KERNEL_BYTES);
  } catch {
    // the kernel's default stays
  }
  return {
    port: socket.address().port,
    close: async () => {
      socket.close();
      await once(socket, "close");
    },
  };
}
