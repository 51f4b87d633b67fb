import type { ChildProcess } from "node:child_process";
import type { Target } from "../../plan/change.ts";
import type { Limit } from "../wait-limit.ts";
import type { Link, Links } from "./links.ts";
import { type Master, openMaster, type Place, startClient } from "./master.ts";
import { Seats } from "./seats.ts";
import { type Patience, within } from "./within.ts";

const MASTERS_MAX = 256;
/** Logins cost processor time on this side: more at once would only make each slower than its timeout. */
const OPENING_MAX = 32;
const IDLE_MS_MAX = 60_000;

export type ConnectionsOptions = Place &
  Readonly<{ mastersMax?: number | undefined; idleMs?: number | undefined }>;

type Connection = {
  readonly host: string;
  readonly master: Master;
  users: number;
  idle: NodeJS.Timeout | undefined;
};

/** At most one connection to each target: opened when it is needed, shared, and closed when it is idle. */
export class Connections implements Links {
  readonly #options: ConnectionsOptions;
  readonly #idleMs: number;
  readonly #places: Seats;
  readonly #logins = new Seats(OPENING_MAX);
  /** By host; the least recently used comes first. */
  readonly #connections = new Map<string, Connection>();
  readonly #masters = new Set<Master>();
  readonly #clients = new Set<ChildProcess>();
  #sockets = 0;
  #isOver = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#idleMs = options.idleMs ?? IDLE_MS_MAX;
    this.#places = new Seats(options.mastersMax ?? MASTERS_MAX);
  }

  async acquire({ host }: Target, patience: Patience): Promise<Link | Readonly<{ failed: string }>> {
    const connection = this.#connections.get(host) ?? (await this.#open(host, patience));
    if (connection === "timed-out") return { failed: "it had to wait too long for a connection" };
    if (connection === "cancelled" || this.#isOver) return { failed: "the run is being ended" };
    this.#hold(connection);
    const failed = await within(connection.master.opened, patience);
    if (failed === null) return this.#link(connection);
    this.#release(connection);
    return { failed: failed === "timed-out" ? "no login in time" : failed };
  }

  async end(): Promise<void> {
    this.#isOver = true;
    await Promise.all([...this.#connections.values()].map((connection) => this.#retire(connection)));
    await Promise.all([...this.#masters].map((master) => master.gone));
  }

  kill(): void {
    this.#isOver = true;
    for (const client of this.#clients) client.kill("SIGKILL");
    for (const master of this.#masters) master.kill();
  }

  /** A new connection as soon as there is room for it; somebody else's if one comes up in between. */
  async #open(host: string, patience: Patience): Promise<Connection | Limit> {
    if (this.#places.isFull) this.#makeRoom();
    const place = await this.#places.take(patience);
    if (place !== null) return place;
    const login = await this.#logins.take(patience);
    const known = this.#connections.get(host);
    if (login === null && known === undefined && !this.#isOver) return this.#start(host);
    this.#places.give();
    if (login === null) this.#logins.give();
    return login ?? known ?? "cancelled";
  }

  #start(host: string): Connection {
    this.#sockets += 1;
    const master = openMaster(host, `c${this.#sockets}`, this.#options);
    const connection: Connection = { host, master, users: 0, idle: undefined };
    this.#masters.add(master);
    this.#connections.set(host, connection);
    void master.opened.then(() => this.#logins.give());
    void master.gone.then(() => {
      this.#masters.delete(master);
      this.#drop(connection);
      this.#places.give();
    });
    return connection;
  }

  #link(connection: Connection): Link {
    const { host, master } = connection;
    return {
      spawn: () => {
        const client = startClient(host, this.#options, { socket: master.socket, isMaster: false });
        this.#clients.add(client);
        client.once("close", () => this.#clients.delete(client));
        return client;
      },
      release: () => this.#release(connection),
    };
  }

  #hold(connection: Connection): void {
    connection.users += 1;
    clearTimeout(connection.idle);
    if (!this.#isCurrent(connection)) return;
    this.#connections.delete(connection.host);
    this.#connections.set(connection.host, connection);
  }

  #release(connection: Connection): void {
    connection.users -= 1;
    if (connection.users > 0 || !this.#isCurrent(connection)) return;
    if (this.#places.isAwaited) return void this.#retire(connection);
    connection.idle = setTimeout(() => void this.#retire(connection), this.#idleMs);
    connection.idle.unref();
  }

  #makeRoom(): void {
    const idle = [...this.#connections.values()].find(({ users }) => users === 0);
    if (idle !== undefined) void this.#retire(idle);
  }

  #isCurrent(connection: Connection): boolean {
    return this.#connections.get(connection.host) === connection;
  }

  #drop(connection: Connection): void {
    clearTimeout(connection.idle);
    if (this.#isCurrent(connection)) this.#connections.delete(connection.host);
  }

  #retire(connection: Connection): Promise<void> {
    this.#drop(connection);
    return connection.master.close();
  }
}
