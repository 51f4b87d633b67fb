import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Told = Readonly<{ level: string; title: string; text: string }>;

/** Whoever listens at a webhook's address; `status` is what it answers. */
export async function receiver(status = 200) {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    if (status === 200) told.push(JSON.parse(body));
    response.writeHead(status).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  return {
    told,
    url: `http://127.0.0.1:${port}/services/T0/s3cr3t-hook`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
