import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { freePort, isThere } from "./sshd.ts";

export const missingForPrometheus = (): string | null => (isThere("prometheus") ? null : "prometheus");

/** What it shows is asked anew at every scrape, by the host's name; null: it says nothing of that one. */
export type Exporter = Readonly<{ port: number; close(): void }>;

export async function startExporter(show: () => Readonly<Record<string, number | null>>): Promise<Exporter> {
  const server = http.createServer((_, response) => {
    const shown = Object.entries(show()).filter(([, value]) => value !== null);
    const lines = shown.map(([name, value]) => `cpu_percent{instance="${name}"} ${value}\n`);
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(lines.join(""));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** A real server that scrapes the exporter five times a second. */
export class Prometheus {
  readonly url: string;
  readonly #folder = mkdtempSync(path.join(os.tmpdir(), "prometheus-"));
  readonly #port: number;
  #server: ChildProcess | null = null;

  private constructor(port: number, exporter: Exporter) {
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
    const job = { job_name: "hosts", honor_labels: true, scrape_interval: "200ms", scrape_timeout: "200ms" };
    const targets = [{ targets: [`127.0.0.1:${exporter.port}`] }];
    // JSON is YAML.
    writeFileSync(this.#config, JSON.stringify({ scrape_configs: [{ ...job, static_configs: targets }] }));
  }

  static async open(exporter: Exporter): Promise<Prometheus> {
    const made = new Prometheus(await freePort(), exporter);
    await made.start();
    return made;
  }

  get #config(): string {
    return path.join(this.#folder, "prometheus.yml");
  }

  /** Until it has scraped something. */
  async start(): Promise<void> {
    const server = spawn(
      "prometheus",
      [
        `--config.file=${this.#config}`,
        `--storage.tsdb.path=${path.join(this.#folder, "data")}`,
        `--web.listen-address=127.0.0.1:${this.#port}`,
        "--log.level=error",
      ],
      { stdio: "ignore" },
    );
    this.#server = server;
    process.once("exit", () => server.kill("SIGKILL"));
    const query = new URL("/api/v1/query?query=count(cpu_percent)", this.url);
    const isReady = async () => {
      const answer = (await (await fetch(query)).json()) as { data: { result: unknown[] } };
      if (answer.data.result.length === 0) throw new Error("it has scraped nothing yet");
    };
    await vi.waitFor(isReady, { timeout: 60_000, interval: 100 });
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGKILL");
    await gone;
    this.#server = null;
  }

  async close(): Promise<void> {
    await this.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}
