import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { Finding } from "../finding.ts";

const LOOPBACK = "127.0.0.1";

/** Ports on loopback: that there are any, and that a connection reaches them. */
export async function checkLoopback(): Promise<Finding[]> {
  const server = createServer((socket) => socket.end("here")).listen(0, LOOPBACK);
  try {
    await once(server, "listening");
    const address = server.address();
    const socket = connect(typeof address === "object" && address ? address.port : 0, LOOPBACK);
    let heard = "";
    for await (const chunk of socket.setEncoding("utf8").setTimeout(5_000, () => socket.destroy(silence())))
      heard += chunk;
    if (heard !== "here") throw silence();
    return [
      { check: "loopback", status: "ok", what: `Ports on ${LOOPBACK} can be listened on and reached` },
      ...(await localhost()),
    ];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const what = `${LOOPBACK} cannot be used: ${why}`;
    const remedy =
      "Allow this process to listen on loopback: a sandbox, a firewall, or an interface that is down.";
    return [{ check: "loopback", status: "problem", what, remedy }];
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

const silence = () => new Error("a connection to it is not answered.");

/** Servers listen on IPv4: code that says `localhost` has to reach that. */
async function localhost(): Promise<Finding[]> {
  const addresses = await lookup("localhost", { all: true }).catch(() => []);
  if (addresses.some(({ address }) => address === LOOPBACK)) return [];
  const found = addresses.map(({ address }) => address).join(", ") || "nothing";
  return [
    {
      check: "loopback",
      status: "warning",
      what: `The name localhost means ${found}, and servers listen on ${LOOPBACK}`,
      remedy: "Use the server's `url` as it is, or add `127.0.0.1 localhost` to the hosts file.",
    },
  ];
}
