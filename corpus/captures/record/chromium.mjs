// Records with Chromium and Playwright's own HAR: node chromium.mjs OUT.har
// Every host is the local server, and keeps its name in the URL.
import { chromium } from "playwright-core";

const urls = [
  "http://music.example.org/server/json.server.php?action=song",
  "http://music.example.org/server/xml.server.php?action=song&chunked",
  "http://www.worksapis.com/v1.0/users/me",
  "http://graph.microsoft.com/v1.0/me/drive/items/1/content?chunked",
  "http://music.xboxlive.com/1/content/music/search",
  "http://music.example.org/moved",
];
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--host-resolver-rules=MAP * 127.0.0.1:8423", "--no-proxy-server"],
});
const context = await browser.newContext({
  recordHar: { path: process.argv[2], content: "embed", mode: "minimal" },
});
for (const url of urls) {
  const page = await context.newPage();
  await page.goto(url).catch((error) => console.error(url, error.message));
  await page.close();
}
await context.close();
await browser.close();
