import { randomUUID } from "node:crypto";
import { existsSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { canRequest, isOrdinary } from "./fork-request.ts";
import { type ForkServer, openForkServer } from "./fork-server.ts";
import type { Launch, Place, Shell } from "./shell.ts";
import { spawnShell } from "./spawn-shell.ts";

/** Fork servers cost something first, so they pay off only for a change of many steps. */
const DIRECT_RUNS = 50;
const SERVERS_MAX = 64;
/** Where files live in memory: on a disk they would cost as much as the forks save. */
const MEMORY = "/dev/shm";
const FOLDER = existsSync(MEMORY) ? MEMORY : os.tmpdir();

export type Launcher = Readonly<{
  launch: Launch;
  /** For the end: nothing that was launched is left running by then. */
  end(): Promise<void>;
  kill(): void;
}>;

/** Starts scripts: the first ones and those without a receipt directly, the many by fork servers. */
export function createLauncher(place: Place, directRuns = DIRECT_RUNS): Launcher {
  const direct = spawnShell(place);
  const servers = new Set<ForkServer>();
  const idle: ForkServer[] = [];
  let opening = 0;
  let runs = 0;
  let isUsable = process.platform === "linux" && isOrdinary(place.env);

  const open = async (): Promise<ForkServer | null> => {
    if (servers.size + opening >= SERVERS_MAX) return null;
    opening += 1;
    const server = await openForkServer(place, path.join(FOLDER, `change-deploy-${randomUUID()}`)).catch(
      () => null,
    );
    opening -= 1;
    if (server === null) isUsable = false;
    else servers.add(server);
    return server;
  };
  const retire = async (server: ForkServer) => {
    await server.end();
    servers.delete(server);
  };
  /** What holds an output open would write into the next run's: such a server is not used again. */
  const reuse = async (server: ForkServer, { exit, closed, stdout, stderr }: Shell) => {
    await Promise.all([exit, closed]);
    if (stdout.readableEnded && stderr.readableEnded && server.isAlive()) idle.push(server);
    else await retire(server);
  };

  return {
    async launch(call, receipt) {
      runs += 1;
      if (receipt === null || !isUsable || runs <= directRuns || !canRequest(call))
        return direct(call, receipt);
      const server = idle.pop() ?? (await open());
      if (server === null) return direct(call, receipt);
      try {
        const shell = await server.run(call, receipt);
        void reuse(server, shell);
        return shell;
      } catch {
        void retire(server);
        // Proven not to have started, so it may be started again.
        rmSync(receipt, { force: true });
        return direct(call, receipt);
      }
    },
    async end() {
      isUsable = false;
      await Promise.all([...servers].map(retire));
    },
    kill() {
      for (const server of servers) server.kill();
    },
  };
}
