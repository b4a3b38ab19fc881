// Prints the page that docs/pictures/make takes a picture of. Usage: node page.mjs summary|log FILE
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [kind, file] = process.argv.slice(2);
const modules = fileURLToPath(new URL("../../tests/npm/node_modules/", import.meta.url));
const escape = (text) => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);

// Only what the program printed. Nodes between the first and the last one differ in nothing that a picture shows.
function log(text) {
  const printed = text.split("\n").filter((line) => /^\d\d:\d\d:\d\dZ /.test(line));
  const nodeOf = (line) => line.match(/^\S+ {2}(\S+) +[A-Z]\w+ {2,}\S/)?.[1];
  const nodes = [...new Set(printed.map(nodeOf).filter(Boolean))];
  const between = nodes.slice(1, -1);
  const lines = [];
  for (const line of printed) {
    if (!between.includes(nodeOf(line))) {
      lines.push(line);
    } else if (lines.at(-1) !== null) {
      lines.push(null);
    }
  }

  const left = `${between.slice(0, -1).join(", ")}${between.length > 1 ? " and " : ""}${between.at(-1)} in the same way`;
  return lines
    .map((line) => (line === null ? `<li class="left">… ${escape(left)} …</li>` : `<li class="${classOf(line)}">${escape(line)}</li>`))
    .join("");
}

// Machines that make pictures have no font of emoji.
const emoji = { "✅": ["#1a7f37", "✓"], "ℹ️": ["#0969da", "i"], "⚠️": ["#9a6700", "!"], "❌": ["#d1242f", "✗"] };
const drawn = (text) => Object.entries(emoji).reduce((all, [sign, [colour, shape]]) => all.replaceAll(sign, `<i style="background:${colour}">${shape}</i>`), text);

const classOf = (line) => (/ Success |Z {2}Done:/.test(line) ? "good" : "");

const pages = {
  log: (text) => `<ol>${log(text)}</ol>`,
  summary: (text) => `
    <script src="file://${modules}marked/lib/marked.umd.js"></script>
    <script src="file://${modules}mermaid/dist/mermaid.min.js"></script>
    <main></main>
    <script>
      document.querySelector("main").innerHTML = marked.parse(${JSON.stringify(drawn(text)).replace(/</g, "\\u003c")});
      mermaid.initialize({ startOnLoad: false });
      for (const block of document.querySelectorAll("code.language-mermaid")) {
        block.parentElement.outerHTML = "<div class='mermaid'>" + block.innerHTML + "</div>";
      }
      shown = mermaid.run();
    </script>`,
};

process.stdout.write(`<!doctype html><meta charset="utf-8">
<style>
  body { margin: 0; padding: 24px 32px; box-sizing: border-box; width: 1040px; background: #fff; color: #1f2328;
    font: 14px/1.5 "Liberation Sans", Arial, sans-serif }
  h2 { font-size: 21px; margin: 0 0 16px; padding-bottom: .3em; border-bottom: 1px solid #d1d9e0 } h3 { font-size: 17px; margin: 24px 0 16px }
  p, table, .mermaid { margin: 0 0 16px } table { border-collapse: collapse; font-size: 13px }
  td, th { border: 1px solid #d1d9e0; padding: 6px 10px } tr:nth-child(2n) td { background: #f6f8fa }
  code { background: #818b981f; border-radius: 6px; padding: .15em .4em; font: 12px "Liberation Mono", monospace } details { margin-bottom: 12px }
  ol { margin: 0; padding: 0 0 0 34px; font: 11.5px/1.6 "DejaVu Sans Mono", monospace; white-space: pre-wrap }
  li { padding-left: 55ch; text-indent: -54ch } li::marker { color: #8c959f } .good { color: #1a7f37 }
  .left { list-style: none; color: #8c959f; padding: 2px 1ch; text-indent: 0 }
  i { font: bold 12px/15px "DejaVu Sans", sans-serif; display: inline-block; width: 15px; color: #fff; border-radius: 3px; text-align: center }
</style>
<script>let shown = Promise.resolve();</script>
${pages[kind](readFileSync(file, "utf8"))}
<script>shown.then(() => { document.body.dataset.height = Math.ceil(document.documentElement.getBoundingClientRect().height); });</script>
`);
