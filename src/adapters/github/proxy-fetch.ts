import { getProxyUrl } from "@actions/http-client/lib/proxy";
import { type Fetch, tunnelFetch } from "./tunnel-fetch.ts";

/**
 * fetch through the proxy that the runner's environment names for this address. Node's own fetch
 * knows of none; the runner's own HTTP client does, NO_PROXY included, and says which.
 */
export function proxyFetch(apiUrl: string): Fetch {
  const proxy = getProxyUrl(new URL(apiUrl));
  return proxy === undefined ? (url, request) => fetch(url, request) : tunnelFetch(proxy);
}
