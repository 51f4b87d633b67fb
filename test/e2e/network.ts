import { execFileSync } from "node:child_process";
import { isThere } from "./sshd.ts";

/** A network of its own behind a cable: what happens there happens to nobody else. */
export type Network = Readonly<{
  address: string;
  /** The beginning of a command that runs there. */
  within: readonly string[];
  /** Every packet of the connection with this port of ours is lost without a word, in both directions. */
  drop(port: number): void;
  /** Whoever sends another packet of that connection is told that it does not exist. */
  reset(port: number): void;
  /** That share of all packets to it never arrives. */
  lose(share: number): void;
  remove(): void;
}>;

/** null where one can be made; otherwise what is missing. */
export function missingForNetwork(): string | null {
  if (process.getuid?.() !== 0) return "root";
  const program = ["ip", "iptables"].find((name) => !isThere(name));
  if (program !== undefined) return program;
  const name = `cd-try-${process.pid}`;
  try {
    execFileSync("ip", ["netns", "add", name], { stdio: "ignore" });
    execFileSync("ip", ["netns", "exec", name, "iptables", "-L"], { stdio: "ignore" });
    return null;
  } catch {
    return "the right to make network namespaces with iptables";
  } finally {
    if (isThere("ip")) execFileSync("sh", ["-c", `ip netns del ${name} 2>/dev/null || :`]);
  }
}

let opened = 0;

export function openNetwork(): Network {
  // A cable goes some time after its network has gone, so no two have the same name.
  opened += 1;
  const id = `${process.pid}-${opened}`;
  const name = `cd-${id}`;
  const cable = [`a${id}`, `b${id}`] as const;
  const net = `10.213.${(process.pid + opened) % 250}`;
  const within = ["ip", "netns", "exec", name];
  const run = (...words: string[]) => execFileSync(words[0] ?? "", words.slice(1), { stdio: "ignore" });
  run("ip", "netns", "add", name);
  run("ip", "link", "add", cable[0], "type", "veth", "peer", "name", cable[1], "netns", name);
  run("ip", "address", "add", `${net}.1/24`, "dev", cable[0]);
  run("ip", "link", "set", cable[0], "up");
  run(...within, "ip", "address", "add", `${net}.2/24`, "dev", cable[1]);
  run(...within, "ip", "link", "set", cable[1], "up");
  run(...within, "ip", "link", "set", "lo", "up");
  return {
    address: `${net}.2`,
    within,
    drop(port) {
      run(...within, "iptables", "-A", "INPUT", "-p", "tcp", "--sport", String(port), "-j", "DROP");
      run(...within, "iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", String(port), "-j", "DROP");
    },
    reset(port) {
      const refuse = ["-j", "REJECT", "--reject-with", "tcp-reset"];
      run(...within, "iptables", "-A", "INPUT", "-p", "tcp", "--sport", String(port), ...refuse);
      run(...within, "iptables", "-A", "OUTPUT", "-p", "tcp", "--dport", String(port), ...refuse);
    },
    lose(share) {
      const some = ["-m", "statistic", "--mode", "random", "--probability", String(share)];
      run(...within, "iptables", "-A", "INPUT", "!", "-i", "lo", ...some, "-j", "DROP");
    },
    remove() {
      run("ip", "link", "del", cable[0]);
      run("ip", "netns", "del", name);
    },
  };
}
