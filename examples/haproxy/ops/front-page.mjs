// Exit 0 if the shop's front page ($SHOP_URL) says what it is asked for:  front-page.mjs "Order now"
const response = await fetch(process.env.SHOP_URL, { signal: AbortSignal.timeout(4_000) });
const page = await response.text();
if (!page.includes(process.argv[2])) {
  process.stderr.write(`the front page says: ${page.slice(0, 200)}\n`);
  process.exit(1);
}
