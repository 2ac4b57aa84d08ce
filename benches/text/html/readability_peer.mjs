// Reads every page of a folder with Mozilla's Readability on jsdom: readability_peer.mjs PAGES OUT. Prints the
// seconds of a core that took. Its text is taken block by block, since `textContent` glues the words of neighbours together.
import fs from "node:fs";
import path from "node:path";
import { Readability } from "@mozilla/readability";
import { JSDOM } from "jsdom";

const [pages, out] = process.argv.slice(2);
const INLINE = new Set("A ABBR B BDI BDO CITE CODE EM FONT I KBD MARK Q S SMALL SPAN STRONG SUB SUP TIME U".split(" "));

function words(node, pieces) {
  for (const child of node.childNodes) {
    if (child.nodeType === 3) pieces.push(child.data);
    else if (child.nodeType === 1) {
      if (!INLINE.has(child.nodeName)) pieces.push("\n");
      words(child, pieces);
      if (!INLINE.has(child.nodeName)) pieces.push("\n");
    }
  }
}

function read(page) {
  const { document } = new JSDOM(page, { url: "https://site.example/a" }).window;
  const article = new Readability(document, { serializer: (element) => element }).parse();
  if (!article) return "";
  const pieces = [];
  words(article.content, pieces);
  return pieces.join("");
}

const names = fs.readdirSync(pages).filter((name) => name.endsWith(".html")).sort();
const sources = names.map((name) => [name.replace(/\.html$/, ".txt"), fs.readFileSync(path.join(pages, name), "utf8")]);
for (const [, page] of sources.slice(0, 40)) read(page);
const start = process.cpuUsage();
const texts = sources.map(([name, page]) => [name, read(page)]);
const { user, system } = process.cpuUsage(start);
console.log((user + system) / 1e6);
for (const [name, text] of texts) fs.writeFileSync(path.join(out, name), text);
